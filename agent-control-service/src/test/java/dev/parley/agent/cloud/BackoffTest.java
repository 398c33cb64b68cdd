package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(4);

  @ParameterizedTest
  @CsvSource({
    "1, 0.0, 125",
    "1, 0.5, 187",
    "1, 1.0, 250",
    "2, 0.0, 250",
    "2, 1.0, 500",
    "4, 0.0, 1000",
    "4, 1.0, 2000",
    // From here on it is the longest wait.
    "5, 1.0, 4000",
    "6, 0.0, 2000",
    "6, 0.25, 2500",
    "6, 1.0, 4000",
    "1000000, 1.0, 4000",
  })
  void doublesUpToTheLongestAndLeavesUpToHalfOut(int attempts, double random, long millis) {
    // When
    Duration wait = new Backoff(FIRST, LONGEST, () -> random).after(attempts);

    // Then
    assertThat(wait).isEqualTo(Duration.ofMillis(millis));
  }

  @Property
  void waitsBetweenHalfAndAllOfTheFullWait(
      @ForAll @IntRange(min = 1, max = 40) int attempts,
      @ForAll @DoubleRange(min = 0, max = 1) double random) {
    // Given: the full wait, doubled one attempt after the other
    Duration full = FIRST;
    for (int i = 1; i < attempts; i++) {
      full = full.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : full.multipliedBy(2);
    }

    // When
    Duration wait = new Backoff(FIRST, LONGEST, () -> random).after(attempts);

    // Then
    assertThat(wait).isBetween(full.dividedBy(2), full);
  }
}
