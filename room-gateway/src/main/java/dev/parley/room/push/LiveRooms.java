package dev.parley.room.push;

import dev.parley.events.RoomState;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Session;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The rooms as {@code rtc.rooms} has them; the newest record of each room counts. */
public final class LiveRooms {
  private final ConcurrentNavigableMap<String, RoomState> rooms = new ConcurrentSkipListMap<>();

  /** Takes one record of the topic; no state means that the room is forgotten. */
  public void take(String key, @Nullable RoomState state) {
    if (state == null) {
      rooms.remove(key);
    } else {
      rooms.put(key, state);
    }
  }

  /** One room; empty when it is not known. */
  public Optional<RoomState> of(RoomKey room) {
    return Optional.ofNullable(rooms.get(room.toString()));
  }

  /**
   * The rooms that a session may see, by room id.
   *
   * @param open only open ones, or only those that are over; null for both
   * @param prefix what the room id begins with
   * @param after only rooms after that id; empty for the first page
   */
  public List<RoomState> visible(
      Session session, @Nullable Boolean open, String prefix, String after, int limit) {
    String app = session.appId().value() + ":";
    return rooms.tailMap(app + after, after.isEmpty()).values().stream()
        .takeWhile(room -> room.appId().equals(session.appId()))
        .filter(room -> session.mayEnter(room.roomKey()))
        .filter(room -> open == null || room.open() == open)
        .filter(room -> room.roomId().value().startsWith(prefix))
        .limit(limit)
        .toList();
  }
}
