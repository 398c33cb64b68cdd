package dev.parley.room.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether Kafka is heard. While it is not, nobody can tell who is still connected. Safe for use by
 * several threads.
 */
final class Hearing {
  // A read that finds nothing is answered after half a second.
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private double heard;
  private long heardNanos;

  Hearing(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
  }

  /** Takes in how many bytes have come from Kafka so far, and says whether it answers. */
  synchronized boolean answers(double bytes) {
    long now = nanoTime.getAsLong();
    if (bytes != heard) {
      heard = bytes;
      heardNanos = now;
    }
    return now - heardNanos <= SILENCE.toNanos();
  }
}
