package dev.parley.analytics.hour;

import java.util.Comparator;

/**
 * A change at a moment. Marks of one moment keep the order in which their topic has them; that is
 * what makes the figures independent of the order in which the topics are read.
 *
 * @param atMillis when it happened
 * @param source which topic told it, as a fixed number
 * @param offset where in that topic
 * @param change what it was
 */
public record Mark(long atMillis, int source, long offset, Change change)
    implements Comparable<Mark> {
  private static final Comparator<Mark> ORDER =
      Comparator.comparingLong(Mark::atMillis)
          .thenComparingInt(Mark::source)
          .thenComparingLong(Mark::offset);

  @Override
  public int compareTo(Mark other) {
    return ORDER.compare(this, other);
  }
}
