package dev.parley.room.kafka;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store has of the rooms that were heard of last, as it has it, and as much of it as fits.
 * Finding it here costs a fraction of finding it there, and bytes cost the garbage collector next
 * to nothing.
 */
final class RecentBytes {
  // What a room takes beside its name and its bytes: two arrays, a text, an entry and its place.
  private static final int OVERHEAD = 128;

  private final long mostBytes;
  private final Map<String, byte[]> newest = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  /**
   * Holds nothing yet.
   *
   * @param mostBytes of memory, roughly
   */
  RecentBytes(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  byte @Nullable [] get(String room) {
    return newest.get(room);
  }

  /** Keeps it, in place of what has not been asked for longest. */
  void put(String room, byte[] bytes) {
    if (taken(room, bytes) > mostBytes) {
      remove(room);
      return;
    }
    held += taken(room, bytes) - taken(room, newest.put(room, bytes));
    Iterator<Map.Entry<String, byte[]>> eldest = newest.entrySet().iterator();
    while (held > mostBytes) {
      Map.Entry<String, byte[]> next = eldest.next();
      held -= taken(next.getKey(), next.getValue());
      eldest.remove();
    }
  }

  void remove(String room) {
    held -= taken(room, newest.remove(room));
  }

  void clear() {
    newest.clear();
    held = 0;
  }

  private static long taken(String room, byte @Nullable [] bytes) {
    return bytes == null ? 0 : (long) OVERHEAD + room.length() + bytes.length;
  }
}
