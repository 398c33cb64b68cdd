package dev.parley.room;

import java.time.Duration;

/** Says how long something is, as people do. */
public final class Spans {
  private static final long SECOND = Duration.ofSeconds(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();

  private Spans() {}

  /** Such as 31 days, 24 h, 90 min, 10 s and 250 ms: the largest unit that leaves nothing over. */
  public static String words(Duration span) {
    long millis = span.toMillis();
    if (millis % DAY == 0 && millis > DAY) {
      return millis / DAY + " days";
    }
    if (millis % HOUR == 0) {
      return millis / HOUR + " h";
    }
    if (millis % MINUTE == 0) {
      return millis / MINUTE + " min";
    }
    return millis % SECOND == 0 ? millis / SECOND + " s" : millis + " ms";
  }
}
