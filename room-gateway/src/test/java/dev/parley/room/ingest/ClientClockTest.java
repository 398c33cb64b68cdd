package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ClientClockTest {
  @Test
  void theFastestMessageSaysHowFarTheClockIsOff() {
    // Given: 10 s behind, the hello took 300 ms, an event 40 ms
    ClientClock clock = new ClientClock(90_000, 100_300);

    // When, Then
    assertThat(clock.eventMillis(91_000, 101_040)).isEqualTo(101_040);
    assertThat(clock.eventMillis(92_000, 102_500)).isEqualTo(102_040);
    assertThat(clock.offsetMillis()).isEqualTo(10_040);
  }

  @Test
  void whatHappenedBeforeTheConnectionKeepsItsTime() {
    // Given
    ClientClock clock = new ClientClock(100_000, 100_020);

    // When, Then
    assertThat(clock.eventMillis(40_000, 100_030)).isEqualTo(40_020);
  }

  @Property
  void timesNeverRunBackwardsNorAheadOfArrival(
      @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long offset, @ForAll long seed) {
    // Given
    Random random = new Random(seed);
    long now = 1_750_000_000_000L;
    ClientClock clock = new ClientClock(now - offset, now + random.nextInt(500));
    long last = Long.MIN_VALUE;

    // When, Then
    for (int i = 0; i < 50; i++) {
      now += 500 + random.nextInt(1_000);
      long arrived = now + random.nextInt(400);
      long at = clock.eventMillis(now - offset, arrived);
      assertThat(at).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(Math.max(arrived, last));
      assertThat(at - now).isBetween(0L, 500L);
      last = at;
    }
  }
}
