package dev.parley.bench;

import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.stack.StackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads whole topics from the beginning, as an independent consumer. */
final class TopicScan {
  /** Longer than a transaction that a killed process left open. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private TopicScan() {}

  /**
   * Reads until nothing new came for a while.
   *
   * @throws StackException when records keep coming for 3 minutes or one cannot be read
   */
  static void untilSettled(
      String bootstrapServers, List<Topic> topics, Consumer<Payload> receiver) {
    try (KafkaConsumer<String, Decoded> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new EnvelopeDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic topic : topics) {
        consumer
            .partitionsFor(topic.topicName())
            .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long began = System.nanoTime();
      long lastRecord = began;
      while (System.nanoTime() - lastRecord < QUIET.toNanos()) {
        if (System.nanoTime() - began > LIMIT.toNanos()) {
          throw new StackException("records keep coming after " + LIMIT.toMinutes() + " minutes");
        }
        ConsumerRecords<String, Decoded> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<String, Decoded> record : records) {
          lastRecord = System.nanoTime();
          if (record.value() instanceof Decoded.Event event) {
            receiver.accept(event.envelope().data());
          } else if (record.value() instanceof Decoded.Refused refused) {
            throw new StackException(record.topic() + " holds a bad record: " + refused.reason());
          }
        }
      }
    }
  }
}
