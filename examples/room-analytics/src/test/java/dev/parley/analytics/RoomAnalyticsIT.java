package dev.parley.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.analytics.hour.RoomHour;
import dev.parley.analytics.hour.RoomHour.Rounds;
import dev.parley.analytics.hour.RoomHour.Split;
import dev.parley.events.Payload;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.Json;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.kafka.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomAnalyticsIT {
  private static final long NINE = Facts.millis("2026-03-01T09:00:00Z");
  private static final long HOUR = 3_600_000;

  private final Facts room = Facts.of("room-1");

  @TempDir Path data;

  @Test
  void countsEveryEventOnceAcrossARestart() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"));
        KafkaConsumer<String, byte[]> results = reader(kafka, "analytics.room-hours")) {
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

      // Given
      List<Payload> call = room.call(NINE);
      produce(kafka, call.subList(0, 6));
      try (RoomAnalytics job = RoomAnalytics.start(settings(kafka))) {
        await().atMost(Duration.ofSeconds(60)).until(job::running);
        subscribe(results, "analytics.room-hours");
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> poll(results, records).stream().anyMatch(this::hasFirstAnswer));
      }

      // When
      produce(kafka, call);
      produceRaw(kafka, "rtc.room.events", room.joined("x", NINE).recordKey(), "no event");
      try (RoomAnalytics job = RoomAnalytics.start(settings(kafka))) {
        await().atMost(Duration.ofSeconds(60)).until(job::running);
        produce(kafka, List.of(room.microphoneOff("ann", NINE + 3 * HOUR)));
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> poll(results, records).stream().anyMatch(record -> of(record).last()));
      }

      // Then
      List<RoomHour> told = records.stream().map(RoomAnalyticsIT::of).toList();
      assertThat(told).filteredOn(RoomHour::last).hasSize(1);
      RoomHour last = told.stream().filter(RoomHour::last).findFirst().orElseThrow();
      assertThat(last.hourStartTimeMillis()).isEqualTo(NINE);
      assertThat(last.participants()).isEqualTo(new Split(1, 1));
      assertThat(last.presentMillis()).isEqualTo(new Split(90_000, 60_000));
      assertThat(last.talkMillis()).isEqualTo(new Split(85_000, 7_000));
      assertThat(last.rounds()).isEqualTo(new Rounds(2, 1));
      assertThat(last.response().p50Millis()).isEqualTo(300);
      assertThat(last.response().p99Millis()).isEqualTo(500);
      assertThat(told).extracting(RoomHour::revision).doesNotHaveDuplicates().isSorted();
      assertThat(records)
          .allSatisfy(
              record -> {
                assertThat(record.key()).isEqualTo("123456781234567812345678:room-1");
                assertThat(header(record, "ce_type")).isEqualTo("dev.parley.example.room-hour.v1");
                // The partition of the room on Parley's own topics, so that the two can be joined.
                assertThat(record.partition())
                    .isEqualTo(RoomPartitioner.partition("123456781234567812345678:room-1", 12));
              });
      try (KafkaConsumer<String, byte[]> letters =
          reader(kafka, "analytics.room-hours.dead-letters")) {
        subscribe(letters, "analytics.room-hours.dead-letters");
        List<ConsumerRecord<String, byte[]>> dead = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> !poll(letters, dead).isEmpty());
        assertThat(dead).hasSize(1);
        assertThat(new String(dead.get(0).value(), StandardCharsets.UTF_8)).isEqualTo("no event");
        assertThat(header(dead.get(0), "dead-letter-topic")).isEqualTo("rtc.room.events");
        assertThat(header(dead.get(0), "dead-letter-code")).isEqualTo("header_missing");
      }
    }
  }

  @Test
  void saysWhichTopicIsMissing() throws Exception {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(Set.of("rtc.agent.rounds")).all().get();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !admin.listTopics().names().get().contains("rtc.agent.rounds"));

      // Then
      assertThatThrownBy(() -> RoomAnalytics.start(settings(kafka)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("topic rtc.agent.rounds is not there; is this Parley's Kafka?");
    }
  }

  private AnalyticsSettings settings(EmbeddedKafka kafka) {
    return new AnalyticsSettings(
        kafka.bootstrapServers(),
        "room-analytics-test",
        data.resolve("state"),
        Duration.ofMinutes(15),
        Duration.ofMillis(200),
        Duration.ofMinutes(5),
        Map.of());
  }

  private boolean hasFirstAnswer(ConsumerRecord<String, byte[]> record) {
    return of(record).talkMillis().agents() == 4_000;
  }

  private static void produce(EmbeddedKafka kafka, List<Payload> facts) throws Exception {
    try (KafkaProducer<String, Envelope<?>> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "compression.type",
                "lz4",
                "partitioner.class",
                RoomPartitioner.class.getName()),
            new StringSerializer(),
            new EnvelopeSerializer())) {
      for (Payload fact : facts) {
        producer.send(EventCodec.toRecord(Facts.told(fact))).get();
      }
    }
  }

  private static void produceRaw(EmbeddedKafka kafka, String topic, String key, String value)
      throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  private static KafkaConsumer<String, byte[]> reader(EmbeddedKafka kafka, String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.id",
            group,
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static void subscribe(KafkaConsumer<String, byte[]> consumer, String topic) {
    consumer.subscribe(List.of(topic));
  }

  private static List<ConsumerRecord<String, byte[]>> poll(
      KafkaConsumer<String, byte[]> consumer, List<ConsumerRecord<String, byte[]>> into) {
    consumer.poll(Duration.ofMillis(200)).forEach(into::add);
    return into;
  }

  private static RoomHour of(ConsumerRecord<String, byte[]> record) {
    try {
      return Json.mapper().readValue(record.value(), RoomHour.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
