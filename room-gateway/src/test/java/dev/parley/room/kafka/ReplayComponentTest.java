package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress;
import dev.parley.room.replay.ReplayProgress.State;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What a replay tells, and what ends it. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ReplayComponentTest extends ReplaySetup {
  @Test
  void tellsARoomsEventsAgainIntoATopicForIt() {
    // Given
    long now = clock.millis();
    for (int i = 0; i < 3; i++) {
      write(fact("replay-1", now + i), "replay-1-" + i);
      write(fact("replay-other", now + i), "replay-other-" + i);
    }
    awaitJournal();

    // When
    String path =
        path(
            order(
                    SessionKeys.operator(),
                    "{'kind':'EVENTS','roomId':'replay-1','from':'%s','to':'%s','target':'parley.replay.one'}"
                        .formatted(Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 2)))
                .body("state", equalTo("WAITING")));

    // Then: the third is after the end
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                get(path)
                    .statusCode(200)
                    .body("state", equalTo("COMPLETED"))
                    .body("written", equalTo(2))
                    .body("left", equalTo(0)));
    List<ConsumerRecord<String, byte[]>> told = recordsOf("parley.replay.one");
    assertThat(told).extracting(ReplaySetup::id).containsExactly("replay-1-0", "replay-1-1");
    assertThat(told)
        .allSatisfy(
            record -> {
              assertThat(record.key()).isEqualTo(APP + ":replay-1");
              assertThat(
                      new String(
                          record.headers().lastHeader("ce_replayid").value(),
                          StandardCharsets.UTF_8))
                  .isEqualTo(path.substring("/v1/replays/".length()));
            });
    get("/v1/replays").body("replays.target", hasItem("parley.replay.one"));
  }

  @Test
  void whatItCannotReadIsCountedApartFromWhatWasNotAskedFor() throws Exception {
    // Given
    long now = clock.millis();
    write(fact("replay-poisoned", now), "replay-poisoned-0");
    poison(APP + ":replay-poisoned");
    write(fact("replay-poisoned", now + 1), "replay-poisoned-1");
    awaitJournal();
    double before = passedOver();
    ReplayOrder order =
        new ReplayOrder(
            "poisoned",
            APP,
            "operator-1",
            now,
            ReplayOrder.Kind.EVENTS,
            new RoomId("replay-poisoned"),
            now,
            now + 2,
            List.of(Topic.ROOM_EVENTS),
            List.of(),
            "parley.replay.poisoned",
            null);

    // When
    run(order, () -> false);

    // Then
    await()
        .atMost(SOON)
        .until(
            () ->
                journal.progress(order).map(ReplayProgress::state).orElse(State.RUNNING)
                    == State.COMPLETED);
    ReplayProgress done = journal.progress(order).orElseThrow();
    assertThat(done.written()).isEqualTo(2);
    assertThat(done.unreadable()).isEqualTo(1);
    assertThat(passedOver() - before).isEqualTo(1);
  }

  @Test
  void whatHappenedLongAgoIsKeptInTheTargetFromWhenItIsTold() throws Exception {
    // Given: a record that lies on its topic for longer than targets keep theirs
    long now = clock.millis();
    long longAgo = now - config.replays().targetRetention().multipliedBy(2).toMillis();
    keepAt(longAgo, fact("replay-long-ago", longAgo), "long-ago-0");
    awaitJournal();

    // When
    String path = ordered("replay-long-ago", longAgo, "parley.replay.long-ago");

    // Then
    await().atMost(SOON).untilAsserted(() -> get(path).body("state", equalTo("COMPLETED")));
    assertThat(recordsOf("parley.replay.long-ago"))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(id(record)).isEqualTo("long-ago-0");
              assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
              assertThat(record.timestamp()).isGreaterThanOrEqualTo(now);
            });
  }

  // As the reducer wrote it then.
  private void keepAt(long recordMillis, Payload data, String id) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(
            new Envelope<>(id, "/test", Instant.ofEpochMilli(recordMillis), null, data), headers);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.ROOM_EVENTS.topicName(),
                  RoomPartitioner.partition(data.recordKey(), Topic.PARTITIONS),
                  recordMillis,
                  data.recordKey(),
                  value,
                  headers))
          .get();
    }
  }

  private double passedOver() {
    return metrics.counter("parley.records.passed.over", "reader", "replay").count();
  }

  private void poison(String key) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.ROOM_EVENTS.topicName(),
                  RoomPartitioner.partition(key, Topic.PARTITIONS),
                  key,
                  "{not json".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  @Test
  void failsWhenKafkaWillNeverTakeTheTarget() {
    // Given: to Kafka the two names are one, and the first is there
    long now = clock.millis();
    write(fact("replay-collides", now), "replay-collides-0");
    awaitJournal();
    String first = ordered("replay-collides", now, "parley.replay.collides.x");
    await().atMost(SOON).untilAsserted(() -> get(first).body("state", equalTo("COMPLETED")));

    // When
    String second = ordered("replay-collides", now, "parley.replay.collides_x");

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                get(second)
                    .body("state", equalTo("FAILED"))
                    .body("code", equalTo("target_refused"))
                    .body("written", equalTo(0)));
  }

  @Test
  void oneThatIsCalledOffBeforeItBeginsTellsNothing() throws Exception {
    // Given
    long now = clock.millis();
    write(fact("replay-called-off", now), "replay-called-off-0");
    awaitJournal();
    ReplayOrder order = events("called-off", "replay-called-off", now, 1);

    // When
    journal.order(order.cancelled(now));

    // Then: not even its target is there
    await().atMost(SOON).until(() -> state(order) == State.CANCELLED);
    assertThat(journal.progress(order).orElseThrow().written()).isZero();
    assertThat(topics()).doesNotContain("parley.replay.called-off");
  }

  private RoomConfig.Replays settings(Map<String, String> set) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RoomConfig.class)
        .withSources(new PropertiesConfigSource(set, "test", 100))
        .build()
        .getConfigMapping(RoomConfig.class)
        .replays();
  }

  @Test
  void failsBeyondTheMostRecords() throws Exception {
    // Given
    ReplayOrder order = ofManyFacts("too-many", 1200);

    // When
    run(order, settings(Map.of("parley.room.replays.max-records", "600")), () -> false);

    // Then: a step is 500 records at most
    await().atMost(SOON).until(() -> state(order) == State.FAILED);
    ReplayProgress end = journal.progress(order).orElseThrow();
    assertThat(end.code()).isEqualTo("too_many_records");
    assertThat(end.written()).isBetween(600L, 1100L);
  }

  @Test
  void tellsNoMoreRecordsASecondThanItMay() throws Exception {
    // Given
    ReplayOrder order = ofManyFacts("slowly", 900);
    long began = System.nanoTime();

    // When
    run(order, settings(Map.of("parley.room.replays.records-per-second", "300")), () -> false);

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2900));
    await().atMost(SOON).until(() -> state(order) == State.COMPLETED);
  }
}
