package dev.parley.analytics.hour;

/**
 * One hour of UTC; its end belongs to the next.
 *
 * @param startMillis its first millisecond, Unix time
 */
public record Hour(long startMillis) implements Comparable<Hour> {
  static final long MILLIS = 3_600_000;

  public Hour {
    if (Math.floorMod(startMillis, MILLIS) != 0) {
      throw new IllegalArgumentException("startMillis must be a full hour, is " + startMillis);
    }
  }

  /** The hour that a moment belongs to. */
  public static Hour of(long atMillis) {
    return new Hour(Math.floorDiv(atMillis, MILLIS) * MILLIS);
  }

  /** The first millisecond that is no longer in it. */
  public long endMillis() {
    return startMillis + MILLIS;
  }

  /** The hour after it. */
  public Hour next() {
    return new Hour(endMillis());
  }

  /** True for its start, false for its end. */
  public boolean contains(long atMillis) {
    return atMillis >= startMillis && atMillis < endMillis();
  }

  @Override
  public int compareTo(Hour other) {
    return Long.compare(startMillis, other.startMillis);
  }
}
