package dev.parley.room.push;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place on a room's stream: of each topic, the offset of the next record on the room's partition.
 * It means the same to every replica, whatever order that one merged the topics in.
 */
public record StreamPosition(List<Long> next) {
  private static final String VERSION = "1-";
  private static final int RADIX = 36;
  private static final int MAX_LENGTH = 256;
  private static final Pattern OFFSET = Pattern.compile("[0-9a-z]{1,12}");

  public StreamPosition {
    next = List.copyOf(next);
    if (next.isEmpty() || next.stream().anyMatch(offset -> offset < 0)) {
      throw new IllegalArgumentException("next must have one offset per topic, 0 or more each");
    }
  }

  static StreamPosition of(long[] next) {
    List<Long> offsets = new ArrayList<>(next.length);
    for (long offset : next) {
      offsets.add(offset);
    }
    return new StreamPosition(offsets);
  }

  /**
   * Reads what {@link #text} wrote; empty when it is something else.
   *
   * @param topics of how many topics the stream is made
   */
  public static Optional<StreamPosition> parse(String text, int topics) {
    if (!text.startsWith(VERSION) || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String[] parts = text.substring(VERSION.length()).split("\\.", -1);
    if (parts.length != topics) {
      return Optional.empty();
    }
    List<Long> next = new ArrayList<>(topics);
    for (String part : parts) {
      if (!OFFSET.matcher(part).matches()) {
        return Optional.empty();
      }
      next.add(Long.parseLong(part, RADIX));
    }
    return Optional.of(new StreamPosition(next));
  }

  /** As the id of an event on the stream; clients hand it back as it is. */
  public String text() {
    return text(toArray());
  }

  static String text(long[] next) {
    StringBuilder text = new StringBuilder(VERSION);
    for (int i = 0; i < next.length; i++) {
      if (i > 0) {
        text.append('.');
      }
      text.append(Long.toString(next[i], RADIX));
    }
    return text.toString();
  }

  /** The offsets, topic by topic. */
  public long[] toArray() {
    return next.stream().mapToLong(Long::longValue).toArray();
  }
}
