package dev.parley.room.push;

import dev.parley.room.push.Timeline.Position;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The part of a timeline that one page is looked for in: event times from {@code from} on and
 * before {@code to}.
 */
public record TimelineSpan(Instant from, Instant to) {
  private static final Duration DEFAULT = Duration.ofHours(1);

  public TimelineSpan {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("from must be before to");
    }
  }

  /**
   * What somebody asks for. A page that follows another one begins where that one ended, whatever
   * the time is by then.
   *
   * @param from null for an hour before {@code to}, or for where the page before ended
   * @param to null for now
   * @param after where the page before ended; null for the first
   * @throws IllegalArgumentException when nothing can lie between
   */
  public static TimelineSpan asked(
      @Nullable Instant from, @Nullable Instant to, @Nullable Position after, Instant now) {
    Instant end = to == null ? now.plusSeconds(1) : to;
    if (after == null) {
      return new TimelineSpan(from == null ? end.minus(DEFAULT) : from, end);
    }
    Instant before = Instant.ofEpochMilli(after.timeMillis());
    return new TimelineSpan(from == null || from.isBefore(before) ? before : from, end);
  }

  /** True when something of that time lies between. */
  public boolean holds(Instant time) {
    return !time.isBefore(from) && time.isBefore(to);
  }
}
