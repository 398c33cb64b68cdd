package dev.parley.kit.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Locale;

/** How services use Kafka. Bootstrap servers and security come from {@code kafka.*}. */
@ConfigMapping(prefix = "parley.kafka")
public interface KafkaConfig {
  /** Longest wait for an acknowledgement before somebody who waits for an answer is refused. */
  @WithDefault("10s")
  Duration deliveryTimeout();

  /** How long the producer waits for more records before it sends a batch. */
  @WithDefault("1ms")
  Duration linger();

  /**
   * How batches are compressed. A compressor takes 64 KiB of memory or more for each batch, however
   * few records it holds: where batches are small, {@code NONE} costs less.
   */
  @WithDefault("lz4")
  Compression compression();

  /** Kafka's {@code compression.type}. */
  enum Compression {
    NONE,
    GZIP,
    SNAPPY,
    LZ4,
    ZSTD;

    String kafkaName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Records handed over and not yet acknowledged; beyond that callers are refused at once. */
  @WithDefault("20000")
  int maxInFlight();

  /** The same in MiB of keys and values. */
  @WithDefault("32")
  int maxInFlightMib();

  /** How long a health check waits for the broker. */
  @WithDefault("3s")
  Duration healthTimeout();
}
