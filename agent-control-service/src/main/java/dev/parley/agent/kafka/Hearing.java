package dev.parley.agent.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Whether Kafka is heard, and since when without a break. While it is not, nobody can tell whether
 * an agent has appeared or a user has come back, so that no deadline may be judged.
 */
final class Hearing {
  // A read that finds nothing is answered after a tenth of a second.
  private static final Duration MOMENT = Duration.ofMillis(1500);

  // What was told meanwhile comes through the gateway, which has to find Kafka again first.
  private static final Duration COMING_THROUGH = Duration.ofSeconds(5);

  private final Duration silence;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private double heard;
  private long heardNanos;
  private long resumeNanos;
  private volatile Instant since;

  /**
   * Hears from now on.
   *
   * @param silence after this it counts as a break
   */
  Hearing(Duration silence, Clock clock, LongSupplier nanoTime) {
    this.silence = silence;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.since = clock.instant();
    this.heardNanos = nanoTime.getAsLong();
    this.resumeNanos = heardNanos;
  }

  /** Takes in how many bytes have come from Kafka so far. */
  void note(double bytes) {
    if (bytes == heard) {
      return;
    }
    long now = nanoTime.getAsLong();
    heard = bytes;
    if (now - heardNanos > silence.toNanos()) {
      since = clock.instant();
      resumeNanos = now + COMING_THROUGH.toNanos();
    }
    heardNanos = now;
  }

  /** True when what was told up to now is known here, as far as one can tell. */
  boolean clear() {
    long now = nanoTime.getAsLong();
    return now - heardNanos <= MOMENT.toNanos() && now - resumeNanos >= 0;
  }

  /** Since when Kafka has been heard without a break. */
  Instant since() {
    return since;
  }
}
