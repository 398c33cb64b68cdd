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

  @Test
  void aClockThatIsSetBackIsFollowedWithinAMinute() {
    // Given: right at first
    ClientClock clock = new ClientClock(1_000_000, 1_000_000);
    assertThat(clock.eventMillis(1_010_000, 1_010_000)).isEqualTo(1_010_000);

    // When: set back by an hour, with an event each 10 s from then on
    long at = 0;
    for (long now = 1_020_000; now <= 1_080_000; now += 10_000) {
      at = clock.eventMillis(now - 3_600_000, now);
    }

    // Then
    assertThat(at).isEqualTo(1_080_000);
    assertThat(clock.eventMillis(1_090_000 - 3_600_000, 1_090_000)).isEqualTo(1_090_000);
  }

  @Test
  void aClockThatIsSetForwardIsFollowedAtOnce() {
    // Given
    ClientClock clock = new ClientClock(1_000_000, 1_000_000);

    // When, Then
    assertThat(clock.eventMillis(4_600_500, 1_000_500)).isEqualTo(1_000_500);
    assertThat(clock.eventMillis(4_601_000, 1_001_300)).isEqualTo(1_001_000);
  }

  @Test
  void whatWaitedUnreadSaysNothingOfTheClock() {
    // Given
    ClientClock clock = new ClientClock(1_000_000, 1_000_000);

    // When
    clock.unread(300_000);

    // Then
    assertThat(clock.eventMillis(1_002_000, 1_301_000)).isEqualTo(1_002_000);
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
