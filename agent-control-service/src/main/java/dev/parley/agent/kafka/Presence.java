package dev.parley.agent.kafka;

import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who is in the rooms of a partition, as far as it is known from their beginning: a user who is not
 * there is to come. Bounded: of rooms that were quiet for longest, and of crowded ones, nothing is
 * known.
 */
final class Presence {
  private static final int ROOMS = 5_000;
  private static final int CROWD = 200;

  private final Map<RoomKey, Set<String>> there =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RoomKey, Set<String>> eldest) {
          return size() > ROOMS;
        }
      };

  synchronized void note(RoomEvent event) {
    switch (event) {
      case RoomOpened opened -> there.putIfAbsent(event.roomKey(), new HashSet<>());
      case RoomClosed closed -> there.remove(event.roomKey());
      case UserJoined joined -> {
        Set<String> users = there.get(event.roomKey());
        if (users != null && users.add(joined.userId().value()) && users.size() > CROWD) {
          there.remove(event.roomKey());
        }
      }
      case UserLeft left when Departures.isGone(left) -> {
        Set<String> users = there.get(event.roomKey());
        if (users != null) {
          users.remove(left.userId().value());
        }
      }
      case UserLeft hidden -> {}
      case RoomEvent.StreamPublished e -> {}
      case RoomEvent.StreamUnpublished e -> {}
      case RoomEvent.CaptureStarted e -> {}
      case RoomEvent.CaptureStopped e -> {}
      case RoomEvent.ConnectionChanged e -> {}
      case RoomEvent.TokenExpiryAnnounced e -> {}
      case RoomEvent.TokenExpired e -> {}
      case RoomEvent.ErrorReported e -> {}
    }
  }

  /** Takes in the state of a room that was open before. */
  synchronized void note(RoomState room) {
    if (room.open() && room.users().size() <= CROWD) {
      Set<String> users = new HashSet<>();
      room.users().forEach(each -> users.add(each.userId().value()));
      there.put(room.roomKey(), users);
    }
  }

  /** True when it is known who is in the room, and the user is not. */
  synchronized boolean absent(RoomKey room, UserId user) {
    Set<String> users = there.get(room);
    return users != null && !users.contains(user.value());
  }
}
