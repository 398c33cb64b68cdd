package dev.parley.room.push;

import dev.parley.events.RoomState;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rooms as {@code rtc.rooms} has them; the newest record of each room counts. */
public final class LiveRooms {
  private final Map<String, Known> byKey = new ConcurrentHashMap<>();

  // Those that are over stay known for a day, so that there may be many more of them: who asks for
  // the others must not have to pass them all.
  private final ConcurrentNavigableMap<String, Known> rooms = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<String, Known> open = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<String, Known> over = new ConcurrentSkipListMap<>();

  // Finding its place among many costs more than all else: a room whose state changes keeps it.
  private static final class Known {
    private volatile RoomState state;

    private Known(RoomState state) {
      this.state = state;
    }
  }

  /**
   * Takes one record of the topic; no state means that the room is forgotten. Called by one thread.
   */
  public void take(String key, @Nullable RoomState state) {
    Known known = byKey.get(key);
    if (state == null) {
      byKey.remove(key);
      rooms.remove(key);
      open.remove(key);
      over.remove(key);
    } else if (known == null) {
      Known first = new Known(state);
      byKey.put(key, first);
      rooms.put(key, first);
      (state.open() ? open : over).put(key, first);
    } else {
      // In its new place first: nobody misses it meanwhile, or finds it twice.
      boolean wasOpen = known.state.open();
      if (wasOpen != state.open()) {
        (state.open() ? open : over).put(key, known);
      }
      known.state = state;
      if (wasOpen != state.open()) {
        (wasOpen ? open : over).remove(key);
      }
    }
  }

  /** One room; empty when it is not known. */
  public Optional<RoomState> of(RoomKey room) {
    return Optional.ofNullable(byKey.get(room.toString())).map(known -> known.state);
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
    ConcurrentNavigableMap<String, Known> among = wanted == null ? rooms : wanted ? open : over;
    RoomId own = session.role() == Role.PARTICIPANT ? session.roomId() : null;
    Stream<RoomState> found =
        own == null
            ? among(among, session.appId() + ":", prefix, after)
            : of(new RoomKey(session.appId(), own)).stream()
                .filter(room -> own.value().startsWith(prefix) && own.value().compareTo(after) > 0);
    return found
        // Its state may just have changed.
        .filter(room -> wanted == null || wanted == room.open())
        .limit(limit)
        .toList();
  }

  private static Stream<RoomState> among(
      ConcurrentNavigableMap<String, Known> rooms, String app, String prefix, String after) {
    boolean further = after.compareTo(prefix) >= 0 && !after.isEmpty();
    return rooms.tailMap(app + (further ? after : prefix), !further).entrySet().stream()
        .takeWhile(room -> room.getKey().startsWith(app + prefix))
        .map(room -> room.getValue().state);
  }
}
