package dev.parley.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  @TempDir Path data;

  @Test
  void topicsAndRecordsSurviveARestart() throws Exception {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data)) {
      produce(kafka, "rtc.room.events", "app:room", "hello");
    }

    // When
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data)) {

      // Then
      assertThat(firstValueOf(kafka, "rtc.room.events")).isEqualTo("hello");
    }
  }

  @Test
  void topicsHaveTheContractsShape() throws Exception {
    // When
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Map<String, TopicDescription> topics =
          admin
              .describeTopics(
                  List.of(
                      "rtc.room.observations",
                      "rtc.room.events",
                      "rtc.room.messages",
                      "rtc.room.transcripts",
                      "rtc.room.telemetry",
                      "rtc.rooms",
                      "rtc.agent.commands",
                      "rtc.agent.events",
                      "rtc.agent.tasks",
                      "rtc.agent.rounds",
                      "rtc.tool.calls",
                      "rtc.tool.results",
                      "rtc.token.events",
                      "rtc.bad-rows"))
              .allTopicNames()
              .get();

      // Then
      assertThat(topics.values()).allSatisfy(topic -> assertThat(topic.partitions()).hasSize(12));
      assertThat(configOf(admin, "rtc.agent.tasks", "cleanup.policy")).isEqualTo("compact");
      assertThat(configOf(admin, "rtc.agent.events", "cleanup.policy")).isEqualTo("delete");
      assertThat(configOf(admin, "rtc.agent.events", "retention.ms"))
          .isEqualTo(Long.toString(Duration.ofDays(30).toMillis()));
    }
  }

  private static String configOf(Admin admin, String topic, String name)
      throws InterruptedException, ExecutionException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return Objects.requireNonNull(
            admin.describeConfigs(List.of(resource)).all().get().get(resource))
        .get(name)
        .value();
  }

  private static void produce(EmbeddedKafka kafka, String topic, String key, String value)
      throws InterruptedException, ExecutionException {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
    }
  }

  private static String firstValueOf(EmbeddedKafka kafka, String topic) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(20));
      return records.iterator().next().value();
    }
  }
}
