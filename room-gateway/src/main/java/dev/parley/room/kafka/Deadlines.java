package dev.parley.room.kafka;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When which room is to be looked at next: one deadline per room, never more. */
final class Deadlines {
  private record Due(long atMillis, String room) {}

  private final TreeSet<Due> queue =
      new TreeSet<>(Comparator.comparingLong(Due::atMillis).thenComparing(Due::room));
  private final Map<String, Due> byRoom = new HashMap<>();

  /**
   * Looks at a room by then. A deadline that moved away is left where it is, and looked at in vain
   * once: that is cheaper than moving it with every record.
   */
  void by(String room, long atMillis) {
    Due before = byRoom.get(room);
    if (before == null || atMillis < before.atMillis()) {
      cancel(room);
      Due due = new Due(atMillis, room);
      byRoom.put(room, due);
      queue.add(due);
    }
  }

  /** Looks at the room no more. */
  void cancel(String room) {
    Due before = byRoom.remove(room);
    if (before != null) {
      queue.remove(before);
    }
  }

  /** Takes out the room whose deadline is the first, if it has passed. */
  @Nullable String poll(long nowMillis) {
    if (queue.isEmpty() || queue.first().atMillis() > nowMillis) {
      return null;
    }
    String room = queue.first().room();
    cancel(room);
    return room;
  }

  int size() {
    return queue.size();
  }

  void clear() {
    queue.clear();
    byRoom.clear();
  }
}
