package dev.parley.analytics.hour;

import dev.parley.events.id.RoomKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A room's open hours: those that may still change, because late events of them are still waited
 * for. The marks of these hours are kept beside it.
 *
 * @param start how the room stood when the first open hour began
 * @param told the newest result told of each open hour
 */
public record OpenRoom(RoomStatus start, List<RoomHour> told) {
  /** A room of which nothing is known. */
  public static final OpenRoom EMPTY = new OpenRoom(RoomStatus.EMPTY, List.of());

  /** The room as it is to be remembered, and the results that are new. */
  public record Step(OpenRoom room, List<RoomHour> news) {
    public Step {
      news = List.copyOf(news);
    }
  }

  public OpenRoom {
    told = List.copyOf(told);
  }

  /**
   * The results that differ from what was told. Spans that have not ended count up to the newest
   * mark, in hours before it up to their end.
   *
   * @param first the first open hour
   * @param marks all marks of the open hours, in any order
   */
  public Step update(RoomKey room, Hour first, Collection<Mark> marks) {
    if (marks.isEmpty()) {
      return new Step(this, List.of());
    }
    TreeSet<Mark> ordered = new TreeSet<>(marks);
    long newest = ordered.last().atMillis();
    List<RoomHour> results = new ArrayList<>();
    List<RoomHour> news = new ArrayList<>();
    RoomStatus status = start;
    for (Hour hour = first; hour.startMillis() <= newest; hour = hour.next()) {
      HourFold.Outcome outcome =
          HourFold.fold(room, status, hour, of(hour, ordered), Math.min(hour.endMillis(), newest));
      status = outcome.end();
      Optional<RoomHour> before = told(hour);
      if (before.isPresent() && before.get().sameFigures(outcome.figures())) {
        results.add(before.get());
      } else if (before.isPresent() || !outcome.figures().isBlank()) {
        RoomHour result = revised(outcome.figures(), before, false);
        results.add(result);
        news.add(result);
      }
    }
    return new Step(new OpenRoom(start, results), news);
  }

  /**
   * The last results of the hours before one that stays open. Spans that have not ended count up to
   * the end of each hour and go on in the next.
   *
   * @param first the first open hour
   * @param open the first hour that stays open
   * @param marks all marks of the open hours, in any order
   */
  public Step close(RoomKey room, Hour first, Hour open, Collection<Mark> marks) {
    TreeSet<Mark> ordered = new TreeSet<>(marks);
    List<RoomHour> news = new ArrayList<>();
    RoomStatus status = start;
    for (Hour hour = first; hour.compareTo(open) < 0; hour = hour.next()) {
      HourFold.Outcome outcome =
          HourFold.fold(room, status, hour, of(hour, ordered), hour.endMillis());
      status = outcome.end();
      Optional<RoomHour> before = told(hour);
      if (before.isPresent() || !outcome.figures().isBlank()) {
        news.add(revised(outcome.figures(), before, true));
      }
    }
    return new Step(
        new OpenRoom(
            status,
            told.stream()
                .filter(result -> result.hourStartTimeMillis() >= open.startMillis())
                .toList()),
        news);
  }

  private static RoomHour revised(RoomHour figures, Optional<RoomHour> before, boolean last) {
    return figures.revised(
        before.map(RoomHour::revision).orElse(0) + 1, last, figures.asOfTimeMillis());
  }

  private Optional<RoomHour> told(Hour hour) {
    return told.stream()
        .filter(result -> result.hourStartTimeMillis() == hour.startMillis())
        .findFirst();
  }

  private static TreeSet<Mark> of(Hour hour, TreeSet<Mark> marks) {
    TreeSet<Mark> result = new TreeSet<>();
    for (Mark mark : marks) {
      if (hour.contains(mark.atMillis())) {
        result.add(mark);
      }
    }
    return result;
  }
}
