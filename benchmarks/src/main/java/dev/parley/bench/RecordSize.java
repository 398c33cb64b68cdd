package dev.parley.bench;

import dev.parley.events.Topic;
import dev.parley.stack.StackException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How much a producer hands to Kafka for one record. */
final class RecordSize {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  // A relay's renewal may be among them, which is smaller than a report.
  private static final int LOOKED_AT = 100;

  private RecordSize() {}

  /**
   * Bytes of the largest of the last records of one of a topic's partitions: key, value and
   * headers, without what Kafka adds.
   *
   * @throws StackException when the topic is empty or cannot be read within 30 seconds
   */
  static int largestOfLast(String bootstrapServers, Topic topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "max.poll.records", LOOKED_AT),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.topicName()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map.Entry<TopicPartition, Long> end =
          consumer.endOffsets(partitions).entrySet().stream()
              .filter(entry -> entry.getValue() > 0)
              .findFirst()
              .orElseThrow(() -> new StackException(topic.topicName() + " is empty"));
      consumer.assign(List.of(end.getKey()));
      consumer.seek(end.getKey(), Math.max(0, end.getValue() - LOOKED_AT));
      int largest = 0;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(LIMIT)) {
        largest = Math.max(largest, bytes(record));
      }
      if (largest == 0) {
        throw new StackException(topic.topicName() + " cannot be read");
      }
      return largest;
    }
  }

  private static int bytes(ConsumerRecord<byte[], byte[]> record) {
    int bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    for (var header : record.headers()) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }
}
