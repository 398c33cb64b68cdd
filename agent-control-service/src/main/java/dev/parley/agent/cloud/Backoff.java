package dev.parley.agent.cloud;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before asking again: doubles with each attempt up to a bound, and a random part
 * of it is left out so that callers that failed together do not come back together.
 *
 * @param random gives 0 up to 1
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {

  /** The wait after that many attempts, 1 or more: between half and all of the full wait. */
  public Duration after(int attempts) {
    long full =
        Math.min(longest.toMillis(), first.toMillis() << Math.min(20, Math.max(0, attempts - 1)));
    return Duration.ofMillis((long) (full * (0.5 + random.getAsDouble() / 2)));
  }
}
