package dev.parley.token.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EnvelopeDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the audit trail as an independent reader does. */
public final class AuditTopic {
  private AuditTopic() {}

  /**
   * Waits for the records of one request. Drops what it has seen, by its id, as readers must: what
   * Kafka took without saying so in time is told again.
   */
  public static List<ConsumerRecord<String, byte[]>> records(
      String bootstrapServers, String requestId, int count) {
    Predicate<ConsumerRecord<String, byte[]>> mine =
        record -> new String(record.value(), UTF_8).contains(requestId);
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      String topic = Topic.TOKEN_EVENTS.topicName();
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                StreamSupport.stream(consumer.poll(Duration.ofMillis(200)).spliterator(), false)
                    .filter(mine)
                    .filter(record -> seen.add(header(record, "ce_id")))
                    .forEach(found::add);
                assertThat(found).hasSize(count);
              });
    }
    return found;
  }

  /** The payload of a record. */
  public static Object event(ConsumerRecord<String, byte[]> record) {
    try (EnvelopeDeserializer deserializer = new EnvelopeDeserializer()) {
      Decoded decoded =
          deserializer.deserialize(
              record.topic(), new RecordHeaders(record.headers()), record.value());
      assertThat(decoded).isInstanceOf(Decoded.Event.class);
      return ((Decoded.Event) decoded).envelope().data();
    }
  }

  /** A header as text. */
  public static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
