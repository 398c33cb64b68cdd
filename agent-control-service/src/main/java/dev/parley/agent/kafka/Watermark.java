package dev.parley.agent.kafka;

import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * How far a partition is done without a gap. Rooms finish in any order; what may be committed is
 * only what lies before the first record that is not done.
 */
final class Watermark {
  private final TreeSet<Long> underWay = new TreeSet<>();
  private long next = -1;
  private long reported = -1;

  synchronized void begin(long offset) {
    underWay.add(offset);
    next = offset + 1;
  }

  synchronized void done(long offset) {
    underWay.remove(offset);
  }

  /** The offset to commit; empty when it is the one that was asked for last. */
  synchronized OptionalLong advanced() {
    long now = underWay.isEmpty() ? next : underWay.first();
    if (now < 0 || now == reported) {
      return OptionalLong.empty();
    }
    reported = now;
    return OptionalLong.of(now);
  }
}
