package dev.parley.simulator.room;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All rooms that have somebody in them. A room comes with its first user and goes with its last.
 */
public final class Rooms {

  private final Clock clock;
  private final RoomObserver observer;
  private final int maxRooms;
  private final int maxUsersPerRoom;
  private final Map<RoomKey, Room> rooms = new LinkedHashMap<>();

  /** Bounded as given; {@code observer} hears of every coming and going. */
  public Rooms(Clock clock, RoomObserver observer, int maxRooms, int maxUsersPerRoom) {
    this.clock = clock;
    this.observer = observer;
    this.maxRooms = maxRooms;
    this.maxUsersPerRoom = maxUsersPerRoom;
  }

  /** All rooms, oldest first. */
  public Collection<Room> all() {
    return List.copyOf(rooms.values());
  }

  /** How many rooms there are. */
  public int count() {
    return rooms.size();
  }

  /** One room, if anybody is in it. */
  public Optional<Room> find(RoomKey key) {
    return Optional.ofNullable(rooms.get(key));
  }

  /** Whether a user may come in without breaking a bound. */
  public boolean hasPlace(RoomKey key, String userId) {
    Room room = rooms.get(key);
    return room == null
        ? rooms.size() < maxRooms
        : room.users().size() < maxUsersPerRoom || room.user(userId).isPresent();
  }

  /** Lets a user in, putting out an earlier one of the same id; empty when all is full. */
  public Optional<Room> join(
      RoomKey key, String userId, @Nullable String extraInfo, boolean agent, Member member) {
    if (!hasPlace(key, userId)) {
      return Optional.empty();
    }
    Room room = rooms.computeIfAbsent(key, absent -> new Room(absent, clock, observer));
    room.join(userId, extraInfo, agent, member);
    return Optional.of(room);
  }

  /** Lets a user out, unless a later member of the same user has taken the place. */
  public void leave(RoomKey key, String userId, Member member, LeaveCause cause) {
    Room room = rooms.get(key);
    if (room == null || !room.holds(userId, member)) {
      return;
    }
    if (room.users().size() == 1) {
      rooms.remove(key);
    }
    room.leave(userId, cause);
  }

  /** Puts everybody out of every room. */
  public void clear() {
    for (Room room : List.copyOf(rooms.values())) {
      for (Presence user : room.users()) {
        room.evict(user.userId());
      }
    }
    rooms.clear();
  }
}
