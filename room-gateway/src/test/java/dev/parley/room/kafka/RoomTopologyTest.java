package dev.parley.room.kafka;

import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation;
import dev.parley.events.Observation.Direction;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.ErrorReported;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.Topic;
import dev.parley.events.Transcript;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.UserId;
import dev.parley.room.ReducerRules;
import dev.parley.room.Rooms;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomTopologyTest {
  private static final UserId ALICE = new UserId("alice");
  private static final String KEY = "123456781234567812345678:Room123";

  @TempDir Path state;
  private final AtomicBoolean kafkaAnswers = new AtomicBoolean(true);
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> observations;

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStateMemory.class);
    settings.put(BoundedStateMemory.MEBIBYTES, 8);
    driver =
        new TopologyTestDriver(
            RoomTopology.of(
                ReducerRules.defaults(),
                Duration.ofSeconds(5),
                kafkaAnswers::get,
                Clock.fixed(Instant.ofEpochMilli(T0), ZoneOffset.UTC),
                new SimpleMeterRegistry().counter("unreadable")),
            settings,
            Instant.ofEpochMilli(T0));
    observations =
        driver.createInputTopic(
            "rtc.room.observations", new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void see(Observation observation, long ingestedMillis) {
    Envelope<Observation> envelope = Rooms.envelope(observation, ingestedMillis);
    RecordHeaders headers = new RecordHeaders();
    byte[] value = EventCodec.encode(envelope, headers);
    observations.pipeInput(
        new TestRecord<>(KEY, value, headers, Instant.ofEpochMilli(ingestedMillis)));
  }

  /** As a replay of bad rows writes it. */
  private void seeAgain(String id, Observation observation, long atMillis) {
    Instant at = Instant.ofEpochMilli(atMillis);
    RecordHeaders headers = new RecordHeaders();
    byte[] value = EventCodec.encode(new Envelope<>(id, "/test", at, null, observation), headers);
    headers.add("ce_replayid", "replay-1".getBytes(StandardCharsets.UTF_8));
    observations.pipeInput(new TestRecord<>(KEY, value, headers, at));
  }

  private List<TestRecord<String, Decoded>> records(Topic topic) {
    return driver
        .createOutputTopic(topic.topicName(), new StringDeserializer(), new EnvelopeDeserializer())
        .readRecordsToList();
  }

  private List<Payload> told(Topic topic) {
    return records(topic).stream().map(RoomTopologyTest::data).toList();
  }

  private static Payload data(TestRecord<String, Decoded> record) {
    return ((Decoded.Event) record.getValue()).envelope().data();
  }

  @Test
  void factsGoToTheirTopicsUnderTheRoomsKey() {
    // When
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(
        Rooms.callback(
            "task-1",
            T0 + 1,
            Rooms.frame(
                "subv", "{'data':[{'text':'hi','userId':'alice','sequence':1,'definite':true}]}")),
        T0 + 1);

    // Then
    List<TestRecord<String, Decoded>> events = records(Topic.ROOM_EVENTS);
    assertThat(events).extracting(TestRecord::getKey).containsExactly(KEY, KEY);
    assertThat(events.stream().map(RoomTopologyTest::data).toList())
        .containsExactly(
            new RoomOpened(APP, ROOM, T0, Evidence.CLIENT),
            new UserJoined(APP, ROOM, T0, Evidence.CLIENT, ALICE));
    assertThat(told(Topic.ROOM_TRANSCRIPTS))
        .singleElement()
        .isInstanceOfSatisfying(
            Transcript.class, transcript -> assertThat(transcript.text()).isEqualTo("hi"));
    assertThat(told(Topic.ROOMS))
        .last()
        .isInstanceOfSatisfying(
            RoomState.class,
            room ->
                assertThat(room.users()).extracting(RoomState.User::userId).containsExactly(ALICE));
  }

  @Test
  void whenNothingComesInTheWallClockLetsDeadlinesPass() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.closed("alice", T0 + 2_000, "c1", false), T0 + 2_000);
    records(Topic.ROOM_EVENTS);

    // When
    driver.advanceWallClockTime(Duration.ofSeconds(31));
    assertThat(records(Topic.ROOM_EVENTS)).isEmpty();
    driver.advanceWallClockTime(Duration.ofSeconds(2));

    // Then
    assertThat(told(Topic.ROOM_EVENTS))
        .contains(
            new UserLeft(
                APP, ROOM, T0 + 2_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void whoIsHeardAgainAfterKafkaWasAwayNeverLeft() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.opened("bob", T0, "c2"), T0);

    // When: ten minutes without Kafka, then the renewals of a minute
    kafkaAnswers.set(false);
    driver.advanceWallClockTime(Duration.ofMinutes(10));
    kafkaAnswers.set(true);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    see(Rooms.opened("alice", T0, "c1"), T0 + 602_000);
    driver.advanceWallClockTime(Duration.ofSeconds(60));
    see(Rooms.opened("bob", T0, "c2"), T0 + 661_000);
    driver.advanceWallClockTime(Duration.ofSeconds(60));

    // Then
    assertThat(told(Topic.ROOM_EVENTS)).noneMatch(UserLeft.class::isInstance);
  }

  @Test
  void whoseRenewalsFellIntoAShortOutageNeverLeft() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);
    secondsPass(60);
    see(Rooms.opened("alice", T0, "c1"), T0 + 60_000);
    secondsPass(59);

    // When: two renewals are lost in 80 seconds without Kafka, the third is a moment late
    kafkaAnswers.set(false);
    secondsPass(80);
    kafkaAnswers.set(true);
    secondsPass(42);
    see(Rooms.opened("alice", T0, "c1"), T0 + 241_000);
    secondsPass(60);

    // Then
    assertThat(told(Topic.ROOM_EVENTS)).noneMatch(UserLeft.class::isInstance);
  }

  private void secondsPass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }
  }

  @Test
  void whoIsNotHeardAgainAfterKafkaWasAwayHasLeft() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.opened("bob", T0, "c2"), T0);

    // When
    kafkaAnswers.set(false);
    driver.advanceWallClockTime(Duration.ofMinutes(10));
    kafkaAnswers.set(true);
    see(Rooms.opened("alice", T0, "c1"), T0 + 600_000);
    secondsPass(89);
    assertThat(records(Topic.ROOM_EVENTS)).noneMatch(each -> data(each) instanceof UserLeft);
    secondsPass(2);

    // Then
    assertThat(told(Topic.ROOM_EVENTS))
        .filteredOn(UserLeft.class::isInstance)
        .containsExactly(
            new UserLeft(
                APP, ROOM, T0, Evidence.INFERRED, new UserId("bob"), LeaveReason.CONNECTION_LOST));
  }

  @Test
  void whileCatchingUpOnlyTheRecordsTimeCounts() {
    // Given: history of long ago, the relay breaks off and comes back in time
    driver.advanceWallClockTime(Duration.ofDays(2));
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.closed("alice", T0 + 2_000, "c1", false), T0 + 2_000);

    // When
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    see(Rooms.opened("alice", T0 + 9_000, "c2"), T0 + 9_000);

    // Then
    assertThat(told(Topic.ROOM_EVENTS)).noneMatch(UserLeft.class::isInstance);
  }

  @Test
  void aRecordThatIsNoObservationIsABadRow() {
    // When
    observations.pipeInput(KEY, new byte[] {1, 2, 3}, T0);

    // Then
    assertThat(told(Topic.BAD_ROWS))
        .singleElement()
        .isInstanceOfSatisfying(
            BadRow.class,
            row -> {
              assertThat(row.source()).isEqualTo(BadRow.Source.TOPIC);
              assertThat(row.code()).isEqualTo("header_missing");
              assertThat(row.raw().toArray()).containsExactly(1, 2, 3);
              assertThat(row.roomId()).isEqualTo("Room123");
            });
  }

  @Test
  void aForgottenRoomIsDeletedFromTheRooms() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.closed("alice", T0 + 2_000, "c1", true), T0 + 2_000);
    records(Topic.ROOMS);

    // When
    driver.advanceWallClockTime(Duration.ofHours(25));

    // Then
    assertThat(records(Topic.ROOMS))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.getKey()).isEqualTo(KEY);
              assertThat(record.getValue()).isEqualTo(new Decoded.Tombstone());
            });
  }

  @Test
  void aMessageWhoseBodyIsTooLargeBesideItsFrameIsToldWithoutIt() {
    // Given: JSON escapes what has four bytes in UTF-8, and takes twelve for it
    Bytes frame = Rooms.frame("mine", "{'a':'" + "😀".repeat(16_000) + "'}");

    // When
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.binary("alice", 2, T0 + 1, Direction.ROOM_RECEIVED, "bob", frame), T0 + 1);
    see(
        Rooms.binary(
            "alice", 3, T0 + 2, Direction.ROOM_RECEIVED, "bob", Rooms.frame("mine", "{'a':1}")),
        T0 + 2);

    // Then
    assertThat(told(Topic.ROOM_MESSAGES))
        .hasSize(2)
        .first()
        .isInstanceOfSatisfying(
            RoomMessage.class,
            message -> {
              assertThat(message.frame()).isEqualTo(frame);
              assertThat(message.body()).isNull();
            });
    assertThat(told(Topic.BAD_ROWS)).isEmpty();
  }

  private List<Long> sequencesOfErrors() {
    return told(Topic.ROOM_EVENTS).stream()
        .filter(ErrorReported.class::isInstance)
        .map(told -> ((ErrorReported) told).sequence())
        .toList();
  }

  private static SdkEventReported failed(long sequence, long atMillis) {
    return Rooms.sdk("alice", sequence, atMillis, "onError", "{'errorCode':'TOKEN_EXPIRED'}");
  }

  @Test
  void aReportThatIsDrivenAgainCountsOnceHoweverFarItsClientHasGoneOn() {
    // Given: 100 was refused at the door, the client went on
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(Rooms.joined("alice", 1, T0 + 1, "bob"), T0 + 1);
    see(Rooms.joined("alice", 700, T0 + 2, "bob"), T0 + 2);
    records(Topic.ROOM_EVENTS);

    // When
    seeAgain("report-100", failed(100, T0 + 1), T0 + 10);
    seeAgain("report-100", failed(100, T0 + 1), T0 + 11);

    // Then
    assertThat(sequencesOfErrors()).containsExactly(100L);
  }

  @Test
  void aReportThatMayHaveBeenTakenInOrNotIsABadRowAndIsNotLost() {
    // Given: of two batches that were sent side by side the second was written first
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(failed(613, T0 + 2), T0 + 2);
    records(Topic.ROOM_EVENTS);

    // When: 512 behind, and one less
    see(failed(101, T0 + 1), T0 + 3);
    see(failed(102, T0 + 1), T0 + 4);

    // Then
    assertThat(told(Topic.BAD_ROWS))
        .singleElement()
        .isInstanceOfSatisfying(
            BadRow.class,
            row -> {
              assertThat(row.code()).isEqualTo("too_far_behind");
              assertThat(row.reason()).contains("512");
            });
    assertThat(sequencesOfErrors()).containsExactly(102L);

    // And: driven again it counts
    seeAgain("report-101", failed(101, T0 + 1), T0 + 10);
    assertThat(sequencesOfErrors()).containsExactly(101L);
  }

  @Test
  void aReportThatWasTakenInIsNotDrivenAgain() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);
    see(failed(1, T0 + 1), T0 + 1);
    records(Topic.ROOM_EVENTS);

    // When
    seeAgain("report-1", failed(1, T0 + 1), T0 + 2);

    // Then
    assertThat(told(Topic.ROOM_EVENTS)).isEmpty();
  }

  @Test
  void aWebhookThatIsDrivenAgainAfterDaysCountsOnce() {
    // Given
    long now = T0 + Duration.ofDays(3).toMillis();
    WebhookReceived begun =
        Rooms.webhook(
            "event-1",
            "VoiceChat",
            T0,
            "{'AppId':'123456781234567812345678','RoomId':'Room123','TaskId':'task-1','UserID':'agent-1','RunStage':'taskStart','EventType':0}");
    see(Rooms.opened("alice", now, "c1"), now);

    // When: two deliveries of it, and the replay is run twice
    seeAgain("delivery-1", begun, now + 1_000);
    seeAgain("delivery-2", begun, now + 2_000);
    seeAgain("delivery-1", begun, now + 3_000);

    // Then
    assertThat(told(Topic.AGENT_EVENTS)).singleElement().isInstanceOf(AgentRunStageReported.class);
  }

  @Test
  void aMessageThatTwoClientsSawIsOneAlsoWhenItIsDrivenAgainAfterDays() {
    // Given
    long now = T0 + Duration.ofDays(3).toMillis();
    Bytes frame = Rooms.frame("mine", "{'a':1}");
    see(Rooms.opened("dora", now, "c1"), now);

    // When: alice and carol of one, and alice of another one of the same content
    seeAgain(
        "report-a1", Rooms.binary("alice", 1, T0, Direction.ROOM_RECEIVED, "bob", frame), now + 1);
    seeAgain(
        "report-c1",
        Rooms.binary("carol", 1, T0 + 500, Direction.ROOM_RECEIVED, "bob", frame),
        now + 1);
    seeAgain(
        "report-a2",
        Rooms.binary("alice", 2, T0 + 600_000, Direction.ROOM_RECEIVED, "bob", frame),
        now + 1);

    // Then
    assertThat(told(Topic.ROOM_MESSAGES))
        .extracting(Payload::eventTimeMillis)
        .containsExactly(T0, T0 + 600_000);
  }

  @Test
  void aFactThatNoTopicTakesIsABadRowAndNothingOfItCountsAsTold() {
    // Given
    see(Rooms.opened("alice", T0, "c1"), T0);

    // When: a time after the year 9999, which a participant can claim
    see(Rooms.callback("task-1", T0 + 1, Rooms.conv(1, 1_000_000_000_000_000L, 1)), T0 + 1);

    // Then
    assertThat(told(Topic.BAD_ROWS))
        .singleElement()
        .isInstanceOfSatisfying(
            BadRow.class,
            row -> {
              assertThat(row.code()).isEqualTo("fact_refused");
              assertThat(row.reason()).contains("9999");
            });
    assertThat(told(Topic.ROOM_MESSAGES)).isEmpty();
    try (KeyValueIterator<Windowed<String>, byte[]> remembered =
        driver.<String, byte[]>getWindowStore(RoomTopology.REPEATS).all()) {
      assertThat(remembered).isExhausted();
    }

    // And: the partition goes on
    see(Rooms.callback("task-1", T0 + 2, Rooms.conv(1, T0 + 2, 1)), T0 + 2);
    assertThat(told(Topic.ROOM_MESSAGES)).hasSize(1);
    assertThat(told(Topic.AGENT_EVENTS)).hasAtLeastOneElementOfType(AgentStageChanged.class);
  }

  @Test
  void aRoomOfForgedUsersFitsWithEase() {
    // Given
    String observer = "o" + "x".repeat(123);
    see(Rooms.opened(observer, T0, "c1"), T0);

    // When
    long sequence = 0;
    for (int i = 0; i < 512; i++) {
      String user = "%03d".formatted(i) + "y".repeat(125);
      see(Rooms.joined(observer, ++sequence, T0 + 1, user), T0 + 1);
      for (String event : List.of("onUserStartAudioCapture", "onUserStartVideoCapture")) {
        see(Rooms.sdk(observer, ++sequence, T0 + 2, event, "{'userId':'" + user + "'}"), T0 + 2);
      }
      drain();
    }

    // Then
    assertThat(kept().length).isLessThan(256 * 1024);
  }

  @Test
  void aRoomThatTakesTooMuchSpaceKeepsLessHistoryAndGoesOn() {
    // Given
    byte[] full = Rooms.memoryOf(512, 0).toBytes();
    assertThat(full.length).isGreaterThan(1024 * 1024);
    driver.<String, byte[]>getKeyValueStore(RoomTopology.ROOMS).put(KEY, full);

    // When
    see(Rooms.opened("alice", T0 + 3, "c1"), T0 + 3);

    // Then
    assertThat(kept().length).isBetween(64 * 1024, 512 * 1024);
    assertThat(told(Topic.ROOM_EVENTS))
        .containsExactly(new UserJoined(APP, ROOM, T0 + 3, Evidence.CLIENT, ALICE));
    assertThat(told(Topic.BAD_ROWS)).isEmpty();
  }

  @Test
  void whatDoesNotFitIntoItsRoomEvenSoIsABadRowAndIsNotKept() {
    // Given
    byte[] full = Rooms.memoryOf(1, 20_000).toBytes();
    driver.<String, byte[]>getKeyValueStore(RoomTopology.ROOMS).put(KEY, full);

    // When
    see(Rooms.opened("alice", T0 + 3, "c1"), T0 + 3);

    // Then
    assertThat(kept()).isEqualTo(full);
    assertThat(told(Topic.ROOM_EVENTS)).isEmpty();
    assertThat(told(Topic.BAD_ROWS))
        .singleElement()
        .isInstanceOfSatisfying(
            BadRow.class, row -> assertThat(row.code()).isEqualTo("room_too_large"));
  }

  // What the driver keeps of each version of a room would fill the heap.
  private void drain() {
    for (String topic : List.of("test-rooms-changelog", Topic.ROOMS.topicName())) {
      driver
          .createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
          .readRecordsToList();
    }
  }

  private byte[] kept() {
    return driver.<String, byte[]>getKeyValueStore(RoomTopology.ROOMS).get(KEY);
  }
}
