package dev.parley.token;

import dev.parley.events.id.RoomId;

/**
 * Names rooms: a room id in which each {@code *} stands for any characters or none. Matching takes
 * time in proportion to the product of both lengths at worst.
 */
public record RoomPattern(String pattern) {
  /** Longest pattern, in characters: as long as a room id. */
  public static final int MAX_LENGTH = 128;

  public RoomPattern {
    if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "room pattern must have 1 to " + MAX_LENGTH + " characters, has " + pattern.length());
    }
  }

  /** Whether it names the room. */
  public boolean matches(RoomId room) {
    String text = room.value();
    int at = 0;
    int p = 0;
    int star = -1;
    int resume = 0;
    while (at < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = at;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(at)) {
        p++;
        at++;
      } else if (star >= 0) {
        p = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
