package dev.parley.kit.kafka;

import dev.parley.kit.config.SettingsException;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Client settings that every service shares. */
@ApplicationScoped
public class KafkaClients {
  // Under load a batch is full before it is sent: larger ones mean fewer requests for the broker.
  private static final int BATCH_BYTES = 64 * 1024;
  private static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";

  private final Map<String, Object> common;
  private final KafkaConfig config;

  @Inject
  KafkaClients(@Identifier("default-kafka-broker") Map<String, Object> common, KafkaConfig config) {
    if (!(common.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) instanceof String servers)
        || servers.isBlank()) {
      throw new SettingsException(
          BOOTSTRAP_SERVERS, "must be set: name brokers as host:port, separated by commas");
    }
    this.common = Map.copyOf(common);
    this.config = config;
    if (config.compression() == KafkaConfig.Compression.LZ4) {
      Lz4.preferNative();
    }
  }

  // Before anything connects: settings that cannot be used end the start.
  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {}

  /** The settings of {@code kafka.*} alone: bootstrap servers, security. */
  public Map<String, Object> commonConfig() {
    return new HashMap<>(common);
  }

  /**
   * As {@link #producerConfig()}, but of a producer that never gives a record up while it lives:
   * one that gives up can have written a later record of the same room.
   */
  public Map<String, Object> patientProducerConfig() {
    Map<String, Object> settings = producerConfig();
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    return settings;
  }

  /**
   * Settings of a producer that loses nothing: every replica in sync must have a record, and a
   * retry is not a second record. Never blocks its caller for longer than a moment.
   */
  public Map<String, Object> producerConfig() {
    Map<String, Object> settings = commonConfig();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, (int) config.linger().toMillis());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression().kafkaName());
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    int delivery = (int) config.deliveryTimeout().toMillis();
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, delivery / 2);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery / 2);
    return settings;
  }

  /**
   * Settings of a consumer that reads only what is committed, from the first record on, and commits
   * by hand.
   */
  public Map<String, Object> consumerConfig(String groupId) {
    Map<String, Object> settings = commonConfig();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return settings;
  }
}
