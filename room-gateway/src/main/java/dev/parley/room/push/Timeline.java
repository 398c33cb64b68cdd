package dev.parley.room.push;

import dev.parley.events.Payload;
import dev.parley.events.codec.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One page of what happened in a room, in the order in which it happened. Holds no more than a
 * page, however much is read.
 */
public final class Timeline {
  /** One event of a timeline. */
  public record Entry(String id, String type, Instant time, Instant ingestedAt, Payload data) {}

  /**
   * A page.
   *
   * @param next what to ask for as {@code after} to get the next page; null on the last
   */
  public record Page(List<Entry> entries, @Nullable String next) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * A place on a timeline. What happened at the same time is in the order in which it was told.
   *
   * @param topic place of the topic among those that are read
   */
  public record Position(long timeMillis, int topic, long offset) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
        Comparator.comparingLong(Position::timeMillis)
            .thenComparingInt(Position::topic)
            .thenComparingLong(Position::offset);

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }

    /** The position as a text for addresses. */
    public String cursor() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              (timeMillis + "|" + topic + "|" + offset).getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #cursor} wrote; empty when it is something else. */
    public static Optional<Position> ofCursor(String cursor) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8)
                .split("\\|", 3);
        return parts.length == 3
            ? Optional.of(
                new Position(
                    Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2])))
            : Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  private final int limit;
  private final @Nullable Position after;
  private final TreeMap<Position, Entry> page = new TreeMap<>();

  /** A page of at most that many entries, behind a position or from the beginning. */
  public Timeline(int limit, @Nullable Position after) {
    this.limit = limit;
    this.after = after;
  }

  /** Takes one event, if it belongs on the page so far. */
  public void take(Envelope<? extends Payload> envelope, int topic, long offset) {
    Entry entry =
        new Entry(
            envelope.id(),
            envelope.type().value(),
            envelope.time(),
            envelope.ingestedAt(),
            envelope.data());
    Position position = new Position(entry.time().toEpochMilli(), topic, offset);
    if (after == null || position.compareTo(after) > 0) {
      page.put(position, entry);
      if (page.size() > limit + 1) {
        page.pollLastEntry();
      }
    }
  }

  /**
   * What happened at that time or later has no place on the page any more, in Unix milliseconds;
   * {@link Long#MAX_VALUE} while there is room.
   */
  public long fullFromMillis() {
    return page.size() <= limit ? Long.MAX_VALUE : page.lastKey().timeMillis() + 1;
  }

  /** The page. */
  public Page page() {
    List<Entry> entries = new ArrayList<>(page.values());
    if (entries.size() <= limit) {
      return new Page(entries, null);
    }
    Position last = page.lowerKey(page.lastKey());
    return new Page(entries.subList(0, limit), last == null ? null : last.cursor());
  }
}
