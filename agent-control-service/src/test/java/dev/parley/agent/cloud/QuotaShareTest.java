package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.QuotaShare.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaShareTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicLong now = new AtomicLong();

  private static Optional<Duration> wait(QuotaShare share, Duration patience) {
    return share.reserve("a", Action.START, patience).map(Slot::expectedWait);
  }

  @Property(tries = 300)
  void allPartitionsTogetherNeverExceedTheQuotaInAnySecond(
      @ForAll @IntRange(min = 24, max = 200) int perSecond,
      @ForAll @IntRange(min = 1, max = 24) int partitions,
      @ForAll @Size(min = 1, max = 150) List<@IntRange(min = 0, max = 400) Integer> pausesMillis) {
    // Given
    now.set(0);
    QuotaShare share = new QuotaShare(perSecond, partitions, now::get);
    List<Long> slots = new ArrayList<>();

    // When
    for (int pause : pausesMillis) {
      now.addAndGet(Duration.ofMillis(pause).toNanos());
      slots.add(now.get() + wait(share, LONG).orElseThrow().toNanos());
    }

    // Then: whatever second one looks at, all partitions together stay within the quota
    for (long from : slots) {
      long within = slots.stream().filter(slot -> slot >= from && slot < from + SECOND).count();
      assertThat(within * partitions).isLessThanOrEqualTo(perSecond);
    }
    assertThat(slots).isSorted();
  }

  @Property(tries = 300)
  void howeverLateCallsComeNoSecondHasMoreThanTheShare(
      @ForAll @Size(min = 1, max = 100) List<@IntRange(min = 0, max = 2_000) Integer> lateMillis) {
    // Given: everybody reserves at once and comes late, each by another time
    now.set(0);
    QuotaShare share = new QuotaShare(60, 12, now::get);
    PriorityQueue<Caller> callers = new PriorityQueue<>();
    for (int late : lateMillis) {
      Slot slot = share.reserve("a", Action.START, LONG).orElseThrow();
      long comes = slot.expectedWait().toNanos() + Duration.ofMillis(late).toNanos();
      callers.add(new Caller(comes, slot));
    }
    List<Long> made = new ArrayList<>();

    // When
    while (!callers.isEmpty()) {
      Caller next = callers.remove();
      now.set(next.comesNanos());
      Duration more = share.claim(next.slot());
      if (more.isZero()) {
        made.add(now.get());
      } else {
        callers.add(new Caller(now.get() + more.toNanos(), next.slot()));
      }
    }

    // Then
    assertThat(made).hasSameSizeAs(lateMillis);
    for (long from : made) {
      assertThat(made.stream().filter(at -> at >= from && at < from + SECOND).count())
          .isLessThanOrEqualTo(5);
    }
  }

  @Property(tries = 200)
  void theCloudCountsNoMoreThanTheQuotaHoweverLongEachCallIsOnItsWay(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 1_100) int standstillMillis) {
    // Given: twelve partitions with more to do than their shares, which begin in step
    now.set(0);
    Random random = new Random(seed);
    List<QuotaShare> shares =
        IntStream.range(0, 12).mapToObj(i -> new QuotaShare(60, 12, now::get)).toList();
    now.set(2 * SECOND + Duration.ofMillis(standstillMillis).toNanos());
    List<Long> arrived = new ArrayList<>();

    // When: a call takes 20 ms to the cloud, or 80 ms more where it has to connect first
    for (QuotaShare share : shares) {
      for (int i = 0; i < 30; i++) {
        Slot slot = reserved(share);
        long begun = now.get();
        now.addAndGet(slot.expectedWait().toNanos());
        assertThat(share.claim(slot)).isZero();
        arrived.add(now.get() + Duration.ofMillis(20 + random.nextInt(81)).toNanos());
        now.set(begun);
      }
    }

    // Then
    for (long from : arrived) {
      assertThat(arrived.stream().filter(at -> at >= from && at < from + SECOND).count())
          .isLessThanOrEqualTo(60);
    }
  }

  private record Caller(long comesNanos, Slot slot) implements Comparable<Caller> {
    @Override
    public int compareTo(Caller other) {
      return Long.compare(comesNanos, other.comesNanos);
    }
  }

  @Test
  void callsThatComeLateKeepThoseWhoseTurnItIsWaiting() {
    // Given: five calls of one second are made only at its end
    QuotaShare share = new QuotaShare(60, 12, now::get);
    now.set(2 * SECOND);
    List<Slot> first = IntStream.range(0, 5).mapToObj(i -> reserved(share)).toList();
    Slot sixth = reserved(share);
    now.addAndGet(Duration.ofMillis(900).toNanos());
    assertThat(first).allSatisfy(slot -> assertThat(share.claim(slot)).isZero());

    // When: the second of the next one begins
    now.addAndGet(Duration.ofMillis(200).toNanos());

    // Then
    assertThat(share.claim(sixth)).isEqualTo(Duration.ofMillis(900));
  }

  private static Slot reserved(QuotaShare share) {
    return share.reserve("a", Action.START, LONG).orElseThrow();
  }

  @Test
  void startsUsedUpBecauseTheOwnerBeforeMayJustHaveUsedIt() {
    // Given
    QuotaShare share = new QuotaShare(60, 12, now::get);

    // When
    Duration wait = wait(share, LONG).orElseThrow();

    // Then
    assertThat(wait).isEqualTo(Duration.ofMillis(1_100));
  }

  @Test
  void givesItsWholeShareAtOnceAfterAPause() {
    // Given
    QuotaShare share = new QuotaShare(60, 12, now::get);
    now.set(2 * SECOND);

    // When
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      waits.add(wait(share, LONG).orElseThrow());
    }

    // Then
    assertThat(waits)
        .containsExactly(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(1_100));
  }

  @ParameterizedTest
  @CsvSource({
    "60, 1, PT0S",
    "60, 5, PT0S",
    "60, 6, PT1.1S",
    "60, 16, PT3.3S",
    "24, 3, PT1.1S",
    // Less than one call per partition and second: one every two seconds.
    "6, 2, PT2S",
    "6, 4, PT6S",
  })
  void tellsHowLongAPlaceWaits(int perSecond, int place, Duration expected) {
    // When
    Duration wait = QuotaShare.expectedWait(perSecond, 12, place);

    // Then
    assertThat(wait).isEqualTo(expected);
  }

  @Test
  void countsEachActionAndAccountByItself() {
    // Given
    QuotaShare share = new QuotaShare(12, 12, now::get);
    now.set(2 * SECOND);

    // When
    List<Duration> waits =
        List.of(
            wait(share, LONG).orElseThrow(),
            share.reserve("a", Action.STOP, LONG).orElseThrow().expectedWait(),
            share.reserve("b", Action.START, LONG).orElseThrow().expectedWait());

    // Then
    assertThat(waits).containsOnly(Duration.ZERO);
  }

  @Test
  void takesNothingWhenTheCallerCannotWaitThatLong() {
    // Given
    QuotaShare share = new QuotaShare(12, 12, now::get);
    now.set(2 * SECOND);
    assertThat(wait(share, LONG)).contains(Duration.ZERO);

    // When
    assertThat(wait(share, Duration.ofMillis(10))).isEmpty();

    // Then
    assertThat(wait(share, LONG)).contains(Duration.ofMillis(1_100));
  }
}
