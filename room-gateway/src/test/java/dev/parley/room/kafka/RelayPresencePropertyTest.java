package dev.parley.room.kafka;

import static dev.parley.room.Rooms.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Observation;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.room.ReducerRules;
import dev.parley.room.Rooms;
import dev.parley.room.kafka.RelayHistory.Arrival;
import dev.parley.room.kafka.RelayHistory.Failure;
import dev.parley.room.kafka.RelayHistory.Outage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Who is told to be there, against who truly was, where the users themselves are the observers and
 * Kafka is away now and then: the reducer as it runs over a partition, second by second.
 */
class RelayPresencePropertyTest {
  // The README: a broken relay's grace, the lease of an open one, and half of it to be heard again.
  private static final long GRACE = 30_000;
  private static final long HEARD_WITHIN = GRACE + 180_000 + 90_000;
  private static final long CLOUDS_WORD = 300_000;

  @Property(tries = 200)
  void whoIsToldToBeThereIs(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 0, max = 4) int outages) {
    presenceIsTrue(RelayHistory.random(seed, users, 0, outages, false), HEARD_WITHIN);
  }

  @Property(tries = 200)
  void guestsWhomOnlyOthersSeeAreThereWhileTheyAreSeen(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 2) int users,
      @ForAll @IntRange(min = 1, max = 3) int guests,
      @ForAll @IntRange(min = 0, max = 4) int outages) {
    presenceIsTrue(RelayHistory.random(seed, users, guests, outages, false), HEARD_WITHIN);
  }

  @Property(tries = 200)
  void withWebhooksThatMayBeLostToo(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 0, max = 4) int outages) {
    presenceIsTrue(RelayHistory.random(seed, users, 0, outages, true), HEARD_WITHIN + CLOUDS_WORD);
  }

  private static void presenceIsTrue(RelayHistory history, long heardWithin) {
    // Given
    Partition partition = new Partition();
    List<Arrival> arrivals = history.arrivals();
    int next = 0;

    // When
    for (long now = T0; now <= history.endMillis() + heardWithin + 60_000; now += 1_000) {
      while (next < arrivals.size() && arrivals.get(next).atMillis() <= now) {
        partition.see(arrivals.get(next));
        next++;
      }
      partition.timePasses(now, history.outages());

      // Then
      for (String user : partition.toldAsLeft()) {
        assertThat(!history.there(user, now) || mayBeTakenForGone(history, user, now, heardWithin))
            .as(() -> user + " is told as left\n" + history)
            .isTrue();
      }
      if (now % 5_000 == 0) {
        assertSettled(history, partition, now, heardWithin);
      }
    }
    assertThat(partition.there).as(history::toString).isEmpty();
    assertThat(partition.open).as(history::toString).isFalse();
  }

  // Whoever did nothing for so long while Kafka was heard is told to be where they are: gone, or
  // there, or there again, whatever was told in between.
  private static void assertSettled(
      RelayHistory history, Partition partition, long now, long heardWithin) {
    if (history.outages().stream().anyMatch(outage -> outage.touches(now - heardWithin, now))) {
      return;
    }
    for (String user : history.users()) {
      // A relay may be open a moment before its user is in the room.
      if (!history.changed(user, now - heardWithin, now + 1_000)) {
        assertThat(partition.there.contains(user))
            .as(() -> user + " at " + (now - T0) + "\n" + history)
            .isEqualTo(history.there(user, now));
      }
    }
    boolean observed = history.observed(now - heardWithin, now + 1_000);
    boolean unobserved = !history.anybodyRelayed(now - heardWithin, now + 1_000);
    for (String guest : history.guests()) {
      // Where Kafka was away meanwhile their client may have counted as gone, and they with it.
      boolean known =
          observed
              && !history.changed(guest, now - heardWithin, now + 1_000)
              && !history.unheardSinceTheyCame(guest, now);
      if (unobserved || known) {
        assertThat(partition.there.contains(guest))
            .as(() -> guest + " at " + (now - T0) + "\n" + history)
            .isEqualTo(observed && history.there(guest, now));
      }
    }
  }

  // The leave of a visit before; or there was nobody who could have been heard: gateways did not
  // reach Kafka while the reducer did, or a connection was given up and the next one waited for
  // Kafka, or came long after.
  private static boolean mayBeTakenForGone(
      RelayHistory history, String user, long now, long heardWithin) {
    long since = now - heardWithin;
    List<Outage> outages = history.outages();
    for (int i = outages.size() - 1; i >= 0; i--) {
      Outage outage = outages.get(i);
      if (outage.touches(since, now)) {
        since -= Math.min(outage.toMillis(), now) - outage.fromMillis();
      }
    }
    long from = since;
    boolean unseen = history.isGuest(user) && !history.observed(from, now);
    return unseen
        || history.left(user, from, now)
        || history.wentOverUnheard(user, from, now, GRACE)
        || history.wasAway(user, from, now)
        || outages.stream()
            .anyMatch(outage -> outage.failure() == Failure.GATEWAYS && outage.touches(from, now));
  }

  /** The reducer over a partition, with Kafka as it is heard. */
  private static final class Partition {
    private static final byte[] KEY = Rooms.KEY.toString().getBytes(StandardCharsets.UTF_8);

    private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
    private final RoomProcessor processor;
    private final Set<String> there = new HashSet<>();
    private final List<String> left = new ArrayList<>();
    private boolean open;
    private long nowMillis = T0;
    private long bytes;

    Partition() {
      Hearing hearing = new Hearing(() -> Duration.ofMillis(nowMillis).toNanos());
      processor =
          new RoomProcessor(
              ReducerRules.defaults(),
              Duration.ofSeconds(5),
              () -> hearing.answers((double) bytes),
              Clock.fixed(Instant.ofEpochMilli(T0), ZoneOffset.UTC),
              new SimpleMeterRegistry().counter("unreadable"));
      context.addStateStore(new FakeStores.Rooms());
      context.addStateStore(new FakeStores.Repeats());
      processor.init(context);
    }

    void see(Arrival arrival) {
      nowMillis = arrival.atMillis();
      bytes++;
      context.setCurrentSystemTimeMs(nowMillis);
      Envelope<Observation> record = arrival.record();
      Headers headers = new RecordHeaders();
      byte[] value = EventCodec.encode(record, headers);
      processor.process(
          new Record<>(Rooms.KEY.toString(), value, record.ingestedAt().toEpochMilli(), headers));
      take();
    }

    void timePasses(long now, List<Outage> outages) {
      nowMillis = now;
      Failure failure =
          outages.stream()
              .filter(outage -> outage.at(now))
              .map(Outage::failure)
              .findFirst()
              .orElse(Failure.GATEWAYS);
      if (failure == Failure.GATEWAYS) {
        // Also an answer without any record has bytes.
        bytes++;
      }
      if (failure != Failure.REDUCER) {
        context.setCurrentSystemTimeMs(now);
        context
            .scheduledPunctuators()
            .forEach(scheduled -> scheduled.getPunctuator().punctuate(now));
        take();
      }
    }

    private void take() {
      for (CapturedForward<? extends String, ? extends byte[]> forward : context.forwarded()) {
        Record<? extends String, ? extends byte[]> record = forward.record();
        if (EventCodec.decode(KEY, record.headers(), record.value())
            instanceof Decoded.Event event) {
          switch (event.envelope().data()) {
            case UserJoined joined -> there.add(joined.userId().value());
            case UserLeft gone -> {
              there.remove(gone.userId().value());
              left.add(gone.userId().value());
            }
            case RoomState state -> open = state.open();
            default -> {}
          }
        }
      }
      context.resetForwards();
    }

    List<String> toldAsLeft() {
      List<String> told = List.copyOf(left);
      left.clear();
      return told;
    }
  }
}
