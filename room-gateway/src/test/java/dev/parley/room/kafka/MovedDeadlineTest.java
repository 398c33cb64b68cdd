package dev.parley.room.kafka;

import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.KEY;
import static dev.parley.room.Rooms.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Observation;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Topic;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.room.ReducerRules;
import dev.parley.room.Rooms;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A quiet room among so many that it is not at hand any more. */
class MovedDeadlineTest {
  // More than a partition keeps at hand.
  private static final int OTHERS = 300;
  private static final Duration LEASE = ReducerRules.defaults().relayLease();
  private static final long LATER = T0 + LEASE.toMillis() / 2;

  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final FakeStores.Rooms rooms = new FakeStores.Rooms();
  private final RoomProcessor processor =
      FakeStores.processor(new SimpleMeterRegistry().counter("unreadable"));

  @BeforeEach
  void stores() {
    context.addStateStore(rooms);
    context.addStateStore(new FakeStores.Repeats());
    context.setCurrentSystemTimeMs(T0);
    processor.init(context);
  }

  private void open(String room, long ingestedMillis) {
    Observation opened =
        new RelayOpened(
            APP, new RoomId(room), T0, new UserId("alice"), Rooms.client("alice"), "c-" + room);
    RecordHeaders headers = new RecordHeaders();
    byte[] value = EventCodec.encode(Rooms.envelope(opened, ingestedMillis), headers);
    context.setRecordMetadata("rtc.room.observations", 0, 0);
    processor.process(new Record<>(opened.recordKey(), value, ingestedMillis, headers));
  }

  // Opened, heard again later, and crowded out by others.
  private void quietRoom() {
    open(KEY.roomId().value(), T0);
    open(KEY.roomId().value(), LATER);
    for (int i = 0; i < OTHERS; i++) {
      open("other-" + i, LATER);
    }
    context.resetForwards();
  }

  @Test
  void isNotWrittenAnewWhenTheLeaseThatBeganFirstIsOver() {
    // Given
    quietRoom();
    byte[] written = rooms.get(KEY.toString());

    // When
    pass(LATER, T0 + LEASE.toMillis());

    // Then
    assertThat(rooms.get(KEY.toString())).isSameAs(written);
    assertThat(context.forwarded()).isEmpty();
  }

  @Test
  void isToldAsLeftWhenTheLeaseThatBeganLaterIsOver() {
    // Given
    quietRoom();

    // When
    pass(LATER, LATER + LEASE.toMillis());

    // Then
    assertThat(context.forwarded(RoomTopology.sink(Topic.ROOMS)))
        .anySatisfy(forward -> assertThat(forward.record().key()).isEqualTo(KEY.toString()));
  }

  // Without a jump, after which nobody would count as gone for a while.
  private void pass(long fromMillis, long untilMillis) {
    for (long now = fromMillis; now <= untilMillis; now += 1_000) {
      context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now);
    }
  }
}
