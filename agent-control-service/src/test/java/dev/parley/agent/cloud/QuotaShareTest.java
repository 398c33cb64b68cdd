package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.cloud.CloudRequest.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuotaShareTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicLong now = new AtomicLong();

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
      slots.add(now.get() + share.reserve("a", Action.START, LONG).orElseThrow().toNanos());
    }

    // Then: whatever second one looks at, all partitions together stay within the quota
    for (long from : slots) {
      long within = slots.stream().filter(slot -> slot >= from && slot < from + SECOND).count();
      assertThat(within * partitions).isLessThanOrEqualTo(perSecond);
    }
    assertThat(slots).isSorted();
  }

  @Test
  void startsUsedUpBecauseTheOwnerBeforeMayJustHaveUsedIt() {
    // Given
    QuotaShare share = new QuotaShare(60, 12, now::get);

    // When
    Duration wait = share.reserve("a", Action.START, LONG).orElseThrow();

    // Then
    assertThat(wait).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void givesItsWholeShareAtOnceAfterAPause() {
    // Given
    QuotaShare share = new QuotaShare(60, 12, now::get);
    now.set(2 * SECOND);

    // When
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      waits.add(share.reserve("a", Action.START, LONG).orElseThrow());
    }

    // Then
    assertThat(waits)
        .containsExactly(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(1));
  }

  @Test
  void countsEachActionAndAccountByItself() {
    // Given
    QuotaShare share = new QuotaShare(12, 12, now::get);
    now.set(2 * SECOND);

    // When
    List<Duration> waits =
        List.of(
            share.reserve("a", Action.START, LONG).orElseThrow(),
            share.reserve("a", Action.STOP, LONG).orElseThrow(),
            share.reserve("b", Action.START, LONG).orElseThrow());

    // Then
    assertThat(waits).containsOnly(Duration.ZERO);
  }

  @Test
  void takesNothingWhenTheCallerCannotWaitThatLong() {
    // Given
    QuotaShare share = new QuotaShare(12, 12, now::get);
    now.set(2 * SECOND);
    assertThat(share.reserve("a", Action.START, LONG)).contains(Duration.ZERO);

    // When
    assertThat(share.reserve("a", Action.START, Duration.ofMillis(10))).isEmpty();

    // Then
    assertThat(share.reserve("a", Action.START, LONG)).contains(Duration.ofSeconds(1));
  }
}
