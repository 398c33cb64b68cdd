package dev.parley.room.push;

import dev.parley.events.RoomState;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rooms as {@code rtc.rooms} has them; the newest record of each room counts. */
public final class LiveRooms {
  // Those that are over stay known for a day, so that there may be many more of them: who asks for
  // the others must not have to pass them all.
  private final ConcurrentNavigableMap<String, RoomState> rooms = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<String, RoomState> open = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<String, RoomState> over = new ConcurrentSkipListMap<>();

  /** Takes one record of the topic; no state means that the room is forgotten. */
  public void take(String key, @Nullable RoomState state) {
    if (state == null) {
      rooms.remove(key);
      open.remove(key);
      over.remove(key);
      return;
    }
    rooms.put(key, state);
    (state.open() ? open : over).put(key, state);
    (state.open() ? over : open).remove(key);
  }

  /** One room; empty when it is not known. */
  public Optional<RoomState> of(RoomKey room) {
    return Optional.ofNullable(rooms.get(room.toString()));
  }

  /**
   * The rooms that a session may see, by room id. Looks at no others.
   *
   * @param wanted only open ones, or only those that are over; null for both
   * @param prefix what the room id begins with
   * @param after only rooms after that id; empty for the first page
   */
  public List<RoomState> visible(
      Session session, @Nullable Boolean wanted, String prefix, String after, int limit) {
    ConcurrentNavigableMap<String, RoomState> among = wanted == null ? rooms : wanted ? open : over;
    RoomId own = session.role() == Role.PARTICIPANT ? session.roomId() : null;
    return own == null
        ? among(among, session.appId() + ":", prefix, after).limit(limit).toList()
        : Stream.ofNullable(among.get(new RoomKey(session.appId(), own).toString()))
            .filter(room -> own.value().startsWith(prefix) && own.value().compareTo(after) > 0)
            .limit(limit)
            .toList();
  }

  private static Stream<RoomState> among(
      ConcurrentNavigableMap<String, RoomState> rooms, String app, String prefix, String after) {
    boolean further = after.compareTo(prefix) >= 0 && !after.isEmpty();
    return rooms.tailMap(app + (further ? after : prefix), !further).entrySet().stream()
        .takeWhile(room -> room.getKey().startsWith(app + prefix))
        .map(Map.Entry::getValue);
  }
}
