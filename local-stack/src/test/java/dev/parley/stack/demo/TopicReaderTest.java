package dev.parley.stack.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final String ROOM_KEY = APP + ":demo-1";
  private static final long AT = 1_750_000_000_000L;
  private static final UserJoined JOINED = joined("demo-1");

  private final MockConsumer<String, Decoded> kafka = new MockConsumer<>("latest");
  private final Map<Topic, Long> offsets = new EnumMap<>(Topic.class);
  private @Nullable TopicReader reader;

  @BeforeEach
  void start() {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Topic topic : Topic.values()) {
      kafka.updatePartitions(
          topic.topicName(), List.of(new PartitionInfo(topic.topicName(), 0, null, null, null)));
      ends.put(new TopicPartition(topic.topicName(), 0), 0L);
    }
    kafka.updateEndOffsets(ends);
    reader = TopicReader.start(kafka, ROOM_KEY, Set.of(), payload -> {});
  }

  @AfterEach
  void stop() {
    if (reader != null) {
      reader.close();
    }
  }

  @Test
  void aTombstoneIsCountedAndTheReaderGoesOn() {
    // When
    arrives(Topic.ROOMS, ROOM_KEY, null);
    arrives(Topic.ROOM_EVENTS, ROOM_KEY, event(JOINED));

    // Then
    await().untilAsserted(() -> assertThat(seen()).containsExactly(JOINED));
    assertThat(counted(Topic.ROOMS)).isEqualTo(1);
  }

  @Test
  void badRowsThatNameNoRoomAreKeptAndThoseOfOtherRoomsAreNot() {
    // Given
    BadRow ofNone = badRow(null);
    BadRow ofThis = badRow("demo-1");
    BadRow ofAnother = badRow("demo-2");

    // When
    arrives(Topic.BAD_ROWS, ofAnother.recordKey(), event(ofAnother));
    arrives(Topic.BAD_ROWS, ofNone.recordKey(), event(ofNone));
    arrives(Topic.BAD_ROWS, null, event(ofNone));
    arrives(Topic.BAD_ROWS, ofThis.recordKey(), event(ofThis));

    // Then
    await().untilAsserted(() -> assertThat(seen()).containsExactly(ofNone, ofNone, ofThis));
  }

  @Test
  void otherRecordsOfNoRoomOrAnotherAreNotOfThisRoom() {
    // When
    arrives(Topic.TOKEN_EVENTS, APP + ":", event(JOINED));
    arrives(Topic.ROOM_EVENTS, null, event(joined("demo-1")));
    arrives(Topic.ROOM_EVENTS, ROOM_KEY + "0", event(joined("demo-10")));
    arrives(Topic.ROOM_EVENTS, ROOM_KEY, event(JOINED));

    // Then
    await().untilAsserted(() -> assertThat(seen()).containsExactly(JOINED));
  }

  @Test
  void idsAreOfTheTopicsThatAreAskedForAndOfARepeatTwice() {
    // When
    arrives(Topic.ROOM_EVENTS, ROOM_KEY, event("e-1", JOINED));
    arrives(Topic.ROOM_EVENTS, ROOM_KEY, event("e-1", JOINED));
    arrives(Topic.BAD_ROWS, ROOM_KEY, event("e-2", badRow("demo-1")));

    // Then
    await().untilAsserted(() -> assertThat(seen()).hasSize(3));
    assertThat(ids(Set.of(Topic.ROOM_EVENTS))).containsExactly("e-1", "e-1");
  }

  private void arrives(Topic topic, @Nullable String key, @Nullable Decoded value) {
    long offset = offsets.merge(topic, 1L, Long::sum) - 1;
    kafka.schedulePollTask(
        () -> kafka.addRecord(new ConsumerRecord<>(topic.topicName(), 0, offset, key, value)));
  }

  private List<Payload> seen() {
    return reader == null ? List.of() : reader.all(Payload.class);
  }

  private int counted(Topic topic) {
    return reader == null ? 0 : reader.counts().getOrDefault(topic, 0);
  }

  private List<String> ids(Set<Topic> topics) {
    return reader == null ? List.of() : reader.ids(topics);
  }

  private static UserJoined joined(String roomId) {
    return new UserJoined(APP, new RoomId(roomId), AT, Evidence.CLOUD, new UserId("alice"));
  }

  private static BadRow badRow(@Nullable String roomId) {
    return new BadRow(
        APP.value(),
        roomId,
        AT,
        BadRow.Source.WEBHOOK,
        "callback_not_json",
        "The body is not a JSON object.",
        Bytes.of(new byte[] {1}),
        false,
        Map.of());
  }

  private static Decoded event(Payload payload) {
    return event("e-1", payload);
  }

  private static Decoded event(String id, Payload payload) {
    return new Decoded.Event(
        new Envelope<>(id, "/parley/test", Instant.ofEpochMilli(AT), null, payload));
  }
}
