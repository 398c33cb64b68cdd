package dev.parley.analytics.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.analytics.Facts;
import dev.parley.analytics.hour.RoomHour;
import dev.parley.analytics.hour.RoomHour.Rounds;
import dev.parley.analytics.hour.RoomHour.Split;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomHourTopologyTest {
  private static final long NINE = Facts.millis("2026-03-01T09:00:00Z");
  private static final long TEN = Facts.millis("2026-03-01T10:00:00Z");
  private static final long MINUTE = 60_000;
  private static final String KEY = "123456781234567812345678:room-1";

  private final Facts room = Facts.of("room-1");
  private final Facts other = Facts.of("room-2");

  @TempDir Path state;
  private Job job;

  @BeforeEach
  void start() {
    job = new Job(state, Instant.parse("2026-03-01T09:00:00Z"));
  }

  @AfterEach
  void stop() {
    job.close();
  }

  /** Something in another room of the partition, which shows that time has passed. */
  private void timePassesUntil(long millis) {
    job.write(other.microphoneOff("nobody", millis));
  }

  @Test
  void callBecomesAnUpdateAndThenTheLastResult() {
    // When
    job.write(room.call(NINE + 5 * MINUTE));
    job.tick();
    List<RoomHour> update = job.results();
    timePassesUntil(TEN + 9 * MINUTE);
    job.tick();
    List<RoomHour> withinTheGrace = job.results();
    timePassesUntil(TEN + 10 * MINUTE);
    List<RoomHour> closed = job.results();

    // Then
    assertThat(update)
        .extracting(RoomHour::revision, RoomHour::last, RoomHour::asOfTimeMillis)
        .containsExactly(tuple(1, false, NINE + 5 * MINUTE + 90_000));
    assertThat(withinTheGrace).isEmpty();
    assertThat(closed)
        .extracting(RoomHour::revision, RoomHour::last, RoomHour::asOfTimeMillis)
        .containsExactly(tuple(2, true, TEN));
    RoomHour result = closed.get(0);
    assertThat(result.hourStartTimeMillis()).isEqualTo(NINE);
    assertThat(result.participants()).isEqualTo(new Split(1, 1));
    assertThat(result.presentMillis()).isEqualTo(new Split(90_000, 60_000));
    assertThat(result.talkMillis()).isEqualTo(new Split(85_000, 7_000));
    assertThat(result.rounds()).isEqualTo(new Rounds(2, 1));
    assertThat(result.response().measured()).isEqualTo(2);
    assertThat(result.response().p50Millis()).isEqualTo(300);
    assertThat(result.response().p95Millis()).isEqualTo(500);
    assertThat(result.response().p99Millis()).isEqualTo(500);
    assertThat(update.get(0).sameFigures(result)).isTrue();
  }

  @Test
  void resultIsACloudEventKeyedByItsRoom() throws Exception {
    // When
    job.write(room.call(NINE));
    job.tick();
    TestRecord<byte[], byte[]> record = job.resultRecords().get(0);

    // Then
    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(KEY);
    assertThat(record.timestamp()).isEqualTo(NINE + 90_000);
    Map<String, String> headers = Job.headers(record);
    assertThat(headers)
        .containsOnlyKeys(
            "content-type",
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_subject",
            "ce_time",
            "ce_partitionkey")
        .contains(
            entry("content-type", "application/json"),
            entry("ce_specversion", "1.0"),
            entry("ce_source", "/parley/examples/room-analytics"),
            entry("ce_type", "dev.parley.example.room-hour.v1"),
            entry("ce_subject", "room-1"),
            entry("ce_time", "2026-03-01T09:01:30.000Z"),
            entry("ce_partitionkey", KEY));
    JsonNode json = Json.mapper().readTree(record.value());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "appId",
            "roomId",
            "hourStartTimeMillis",
            "revision",
            "final",
            "asOfTimeMillis",
            "participants",
            "presentMillis",
            "talkMillis",
            "rounds",
            "response");
    assertThat(json.get("final").booleanValue()).isFalse();
    assertThat(json.at("/participants/humans").intValue()).isEqualTo(1);
    assertThat(json.at("/talkMillis/agents").intValue()).isEqualTo(7_000);
    assertThat(json.at("/response/p50Millis").intValue()).isEqualTo(300);
  }

  @Test
  void everyRevisionHasItsOwnId() {
    // When
    job.write(room.joined("ann", NINE));
    job.tick();
    job.write(room.left("ann", NINE + 1));
    job.tick();

    // Then
    assertThat(job.resultRecords().stream().map(record -> Job.headers(record).get("ce_id")))
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  @Test
  void eventToldAgainCountsOnce() {
    // When
    job.write(room.call(NINE));
    job.tick();
    List<RoomHour> first = job.results();
    job.write(room.call(NINE));
    job.tick();

    // Then
    assertThat(first).hasSize(1);
    assertThat(job.results()).isEmpty();
    assertThat(job.deadLetters()).isEmpty();
  }

  @Test
  void lateEventWithinTheGraceCorrectsItsHour() {
    // Given
    job.write(room.joined("ann", NINE + MINUTE));
    timePassesUntil(TEN + 9 * MINUTE);
    job.tick();
    job.results();

    // When
    job.write(room.left("ann", NINE + 2 * MINUTE));
    job.tick();
    timePassesUntil(TEN + 10 * MINUTE);

    // Then
    assertThat(job.results())
        .extracting(RoomHour::revision, RoomHour::last, RoomHour::presentMillis)
        .containsExactly(
            tuple(2, false, new Split(MINUTE, 0)), tuple(3, true, new Split(MINUTE, 0)));
  }

  @Test
  void eventOfAClosedHourIsADeadLetterAndChangesNothing() {
    // Given
    job.write(room.call(NINE));
    timePassesUntil(TEN + 10 * MINUTE);
    job.results();

    // When
    job.write(room.joined("bob", TEN - 1));
    job.tick();

    // Then
    assertThat(job.results()).isEmpty();
    assertThat(job.deadLetters())
        .extracting(record -> Job.headers(record).get("dead-letter-code"))
        .containsExactly("late");
  }

  @Test
  void roomWithSomebodyInItIsToldEveryHourAlthoughNothingHappens() {
    // Given
    job.write(room.joined("ann", NINE + 30 * MINUTE));

    // When
    timePassesUntil(TEN + 130 * MINUTE);

    // Then
    assertThat(job.results())
        .extracting(RoomHour::hourStartTimeMillis, RoomHour::last, RoomHour::presentMillis)
        .containsExactly(
            tuple(NINE, true, new Split(30 * MINUTE, 0)),
            tuple(TEN, true, new Split(60 * MINUTE, 0)),
            tuple(TEN + 60 * MINUTE, true, new Split(60 * MINUTE, 0)));
  }

  @Test
  void roomThatIsOverIsForgotten() {
    // Given
    job.write(room.call(NINE));
    timePassesUntil(TEN + 10 * MINUTE);
    assertThat(job.results()).hasSize(1);

    // When
    timePassesUntil(TEN + 190 * MINUTE);
    job.tick();

    // Then
    assertThat(job.results()).isEmpty();
  }

  @Test
  void idlePartitionClosesItsHoursByTheWallClock() {
    // Given
    job.write(room.call(NINE));
    job.tick();
    job.results();

    // When
    job.wallClock(Duration.ofMinutes(69));
    List<RoomHour> before = job.results();
    job.wallClock(Duration.ofMinutes(1));

    // Then
    assertThat(before).isEmpty();
    assertThat(job.results())
        .extracting(RoomHour::hourStartTimeMillis, RoomHour::last)
        .containsExactly(tuple(NINE, true));
  }

  @Test
  void wallClockDoesNotCloseHoursWhileHistoryIsBeingRead() {
    // Given
    job.write(room.joined("ann", NINE));
    job.wallClock(Duration.ofMinutes(4));
    job.write(room.left("ann", NINE + MINUTE));
    job.tick();
    job.results();

    // When
    job.wallClock(Duration.ofMinutes(4));

    // Then
    assertThat(job.results()).isEmpty();
  }

  @Test
  void unknownTypesAndTombstonesArePassedOver() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(Facts.told(room.joined("ann", NINE)), headers);
    headers.remove("ce_type");
    headers.add("ce_type", "dev.parley.room.hand-raised.v1".getBytes(StandardCharsets.UTF_8));

    // When
    job.write(Topic.ROOM_EVENTS, KEY, value, headers, NINE);
    job.write(Topic.ROOM_EVENTS, KEY, null, new RecordHeaders(), NINE);
    job.write(room.joined("ann", NINE));
    job.tick();

    // Then
    assertThat(job.results()).hasSize(1);
    assertThat(job.deadLetters()).isEmpty();
  }

  @Test
  void refusedRecordIsKeptAsItCameWithWhereFromAndWhy() {
    // Given
    Headers headers = new RecordHeaders();
    EventCodec.encode(Facts.told(room.joined("ann", NINE)), headers);
    byte[] broken = "{\"appId\":".getBytes(StandardCharsets.UTF_8);
    job.write(room.joined("ann", NINE));

    // When
    job.write(Topic.ROOM_EVENTS, KEY, broken, headers, NINE + 1);

    // Then
    List<TestRecord<byte[], byte[]>> letters = job.deadLetters();
    assertThat(letters).hasSize(1);
    TestRecord<byte[], byte[]> letter = letters.get(0);
    assertThat(letter.key()).isEqualTo(KEY.getBytes(StandardCharsets.UTF_8));
    assertThat(letter.value()).isEqualTo(broken);
    assertThat(Job.headers(letter))
        .contains(
            entry("ce_type", "dev.parley.room.user-joined.v1"),
            entry("ce_subject", "room-1"),
            entry("dead-letter-topic", "rtc.room.events"),
            entry("dead-letter-partition", "0"),
            entry("dead-letter-offset", "1"),
            entry("dead-letter-code", "not_json"),
            entry("dead-letter-reason", "the value is not JSON at byte 9"));
  }

  @Test
  void poisonedRecordDoesNotStopTheJob() {
    // When
    job.write(Topic.ROOM_EVENTS, null, new byte[] {-1, 0}, new RecordHeaders(), NINE);
    job.write(room.joined("ann", NINE));
    job.tick();

    // Then
    assertThat(job.results()).hasSize(1);
    assertThat(job.deadLetters())
        .extracting(record -> Job.headers(record).get("dead-letter-code"))
        .containsExactly("header_missing");
  }

  @Test
  void recordOnTheWrongTopicIsADeadLetter() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(Facts.told(room.joined("ann", NINE)), headers);

    // When
    job.write(Topic.AGENT_EVENTS, KEY, value, headers, NINE);

    // Then
    assertThat(job.deadLetters())
        .extracting(Job::headers)
        .satisfiesExactly(
            written ->
                assertThat(written)
                    .contains(
                        entry("dead-letter-topic", "rtc.agent.events"),
                        entry("dead-letter-code", "wrong_topic")));
  }

  @Test
  void recordUnderAnotherRoomsKeyIsADeadLetter() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(Facts.told(room.joined("ann", NINE)), headers);

    // When
    job.write(Topic.ROOM_EVENTS, "123456781234567812345678:room-2", value, headers, NINE);
    job.write(Topic.ROOM_EVENTS, null, value, headers, NINE);

    // Then
    assertThat(job.deadLetters())
        .extracting(record -> Job.headers(record).get("dead-letter-code"))
        .containsExactly("key_mismatch", "key_mismatch");
  }

  @Test
  void clockThatRunsAheadIsADeadLetterAndClosesNoHour() {
    // Given
    job.write(room.joined("ann", NINE));
    Payload ahead = room.left("ann", NINE + Duration.ofDays(1).toMillis());
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(Facts.told(ahead), headers);

    // When
    job.write(Topic.ROOM_EVENTS, KEY, value, headers, NINE + MINUTE);
    job.write(room.left("ann", NINE + 2 * MINUTE));
    job.tick();

    // Then
    assertThat(job.deadLetters())
        .extracting(record -> Job.headers(record).get("dead-letter-code"))
        .containsExactly("time_untrusted");
    assertThat(job.results())
        .extracting(RoomHour::last, RoomHour::presentMillis)
        .containsExactly(tuple(false, new Split(2 * MINUTE, 0)));
  }

  @Test
  void headerAndDataThatDisagreeAboutTheTimeAreADeadLetter() {
    // Given
    Envelope<?> told = Facts.told(room.joined("ann", NINE));
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(told, headers);
    headers.remove("ce_time");
    headers.add("ce_time", "2026-03-01T08:00:00.000Z".getBytes(StandardCharsets.UTF_8));

    // When
    job.write(Topic.ROOM_EVENTS, KEY, value, headers, NINE);

    // Then
    assertThat(job.deadLetters())
        .extracting(record -> Job.headers(record).get("dead-letter-code"))
        .containsExactly("time_untrusted");
  }

  @Test
  void topicsAreJoinedByTimeNotByArrival() {
    // When
    job.write(room.round(0, 400, false, NINE + 30_000));
    job.write(room.stage(0, Stage.FINISHED, NINE + 30_000));
    job.write(room.stage(0, Stage.SPEAKING, NINE + 20_000));
    job.write(room.left("agent-1", NINE + 40_000));
    job.write(room.joined("agent-1", NINE + 10_000));
    job.tick();

    // Then
    assertThat(job.results())
        .extracting(RoomHour::presentMillis, RoomHour::talkMillis, RoomHour::rounds)
        .containsExactly(tuple(new Split(0, 30_000), new Split(0, 10_000), new Rounds(1, 0)));
  }
}
