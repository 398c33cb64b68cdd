package dev.parley.kit.kafka;

import java.time.Duration;
import java.util.Map;

/** Settings of clients in tests. */
final class TestKafka {
  private TestKafka() {}

  static KafkaClients clients(String bootstrapServers, KafkaConfig config) {
    return new KafkaClients(
        Map.of("bootstrap.servers", bootstrapServers, "reconnect.backoff.max.ms", 200), config);
  }

  static KafkaConfig config(Duration deliveryTimeout, int maxInFlightMib) {
    return new KafkaConfig() {
      @Override
      public Duration deliveryTimeout() {
        return deliveryTimeout;
      }

      @Override
      public Duration linger() {
        return Duration.ZERO;
      }

      @Override
      public Compression compression() {
        return Compression.LZ4;
      }

      @Override
      public int maxInFlight() {
        return 1_000;
      }

      @Override
      public int maxInFlightMib() {
        return maxInFlightMib;
      }

      @Override
      public Duration healthTimeout() {
        return Duration.ofSeconds(3);
      }
    };
  }
}
