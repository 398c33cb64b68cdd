package dev.parley.room.kafka;

import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.KEY;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory;
import dev.parley.room.Rooms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store with a room that the reducer cannot read, beside one that it can. */
class UnreadableRoomTest {
  private static final String OTHER = APP + ":other";

  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final FakeStores.Rooms rooms = new FakeStores.Rooms();
  private final Counter unreadable = new SimpleMeterRegistry().counter("unreadable");
  private final RoomProcessor processor = FakeStores.processor(unreadable);

  @BeforeEach
  void stores() {
    context.addStateStore(rooms);
    context.addStateStore(new FakeStores.Repeats());
    context.setCurrentSystemTimeMs(T0);
    rooms.put(OTHER, Rooms.memoryOf(1, 0).toBytes());
  }

  // What a power cut makes of a memory: its layout is known and the rest is gone.
  private static byte[] broken() {
    byte[] bytes = Rooms.memoryOf(1, 0).toBytes();
    for (int i = 1; i < bytes.length; i++) {
      bytes[i] = -1;
    }
    return bytes;
  }

  private void passSecond() {
    context.scheduledPunctuators().getFirst().getPunctuator().punctuate(T0 + 1_000);
  }

  private List<Payload> told(Topic topic) {
    return context.forwarded(RoomTopology.sink(topic)).stream()
        .map(forward -> forward.record())
        .filter(record -> record.value() != null)
        .map(record -> EventCodec.decode(record.headers(), record.value()))
        .<Payload>map(decoded -> ((Decoded.Event) decoded).envelope().data())
        .toList();
  }

  private void see(Observation observation, long ingestedMillis) {
    Envelope<Observation> envelope = Rooms.envelope(observation, ingestedMillis);
    RecordHeaders headers = new RecordHeaders();
    byte[] value = EventCodec.encode(envelope, headers);
    context.setRecordMetadata("rtc.room.observations", 0, 0);
    processor.process(new Record<>(KEY.toString(), value, ingestedMillis, headers));
  }

  @Test
  void isBegunAnewBesideTheOthersAndItsBytesAreKept() {
    // Given
    rooms.put(KEY.toString(), broken());

    // When
    processor.init(context);
    passSecond();

    // Then
    assertThat(told(Topic.BAD_ROWS))
        .containsExactly(
            new BadRow(
                APP.value(),
                ROOM.value(),
                T0,
                BadRow.Source.TOPIC,
                "room_unreadable",
                "the memory of the room cannot be read, the room is begun anew",
                Bytes.of(broken()),
                false,
                Map.of("store", "rooms")));
    assertThat(unreadable.count()).isEqualTo(1);
    assertThat(rooms.get(KEY.toString())).isNull();
    assertThat(rooms.get(OTHER)).isEqualTo(Rooms.memoryOf(1, 0).toBytes());
    assertThat(context.forwarded(RoomTopology.sink(Topic.ROOMS)))
        .singleElement()
        .satisfies(
            forward -> {
              assertThat(forward.record().key()).isEqualTo(KEY.toString());
              assertThat(forward.record().value()).isNull();
            });
  }

  @Test
  void isFilledAgainByTheNextReport() {
    // Given
    rooms.put(KEY.toString(), broken());
    processor.init(context);

    // When
    see(Rooms.opened("alice", T0, "c1"), T0);
    passSecond();

    // Then
    assertThat(told(Topic.ROOM_EVENTS))
        .containsExactly(
            new RoomOpened(APP, ROOM, T0, Evidence.CLIENT),
            new UserJoined(APP, ROOM, T0, Evidence.CLIENT, new UserId("alice")));
    assertThat(told(Topic.BAD_ROWS))
        .extracting(row -> ((BadRow) row).code())
        .containsExactly("room_unreadable");
    assertThat(RoomMemory.ofBytes(rooms.get(KEY.toString())).open()).isTrue();
  }

  @Test
  void ofANewerVersionEndsThisReducerAndIsLeftAsItIs() {
    // Given
    byte[] newer = Rooms.memoryOf(1, 0).toBytes();
    newer[0]++;
    rooms.put(KEY.toString(), newer);

    // When, Then
    assertThatThrownBy(() -> processor.init(context))
        .isInstanceOfSatisfying(
            NewerMemoryException.class,
            e ->
                assertThat(ReducerService.after(new StreamsException("not initialized", e)))
                    .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT))
        .hasMessageContaining(KEY + " has layout " + newer[0])
        .hasMessageContaining("upgrade all reducers");
    assertThat(rooms.get(KEY.toString())).isEqualTo(newer);
    assertThat(context.forwarded()).isEmpty();
  }

  @Test
  void otherFailuresOfAThreadAreTriedAgain() {
    assertThat(ReducerService.after(new StreamsException("away")))
        .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
  }
}
