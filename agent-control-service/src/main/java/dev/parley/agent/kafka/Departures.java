package dev.parley.agent.kafka;

import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who left which room of late, also rooms without an agent: between the request for an agent and
 * its start the user may be gone already. The newest are enough, since starts expire.
 */
final class Departures {
  private static final int CAPACITY = 20_000;

  // The user is still there, others just do not see it.
  private static final Set<LeaveReason> STILL_THERE =
      Set.of(LeaveReason.BECAME_INVISIBLE, LeaveReason.ROLE_CHANGED);

  private record Who(RoomKey room, String user) {}

  // No user has an empty id: it stands for everybody.
  private static final String EVERYBODY = "";

  private final Map<Who, Instant> left =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Who, Instant> eldest) {
          return size() > CAPACITY;
        }
      };

  /** True when the user went away, and not only out of sight. */
  static boolean isGone(UserLeft event) {
    return !STILL_THERE.contains(event.reason());
  }

  synchronized void note(RoomEvent event) {
    Instant at = Instant.ofEpochMilli(event.eventTimeMillis());
    switch (event) {
      case UserLeft gone when isGone(gone) -> put(event.roomKey(), gone.userId().value(), at);
      case UserLeft hidden -> {}
      case UserJoined joined -> {
        left.remove(new Who(event.roomKey(), joined.userId().value()));
        left.remove(new Who(event.roomKey(), EVERYBODY));
      }
      case RoomClosed closed -> put(event.roomKey(), EVERYBODY, at);
      case RoomEvent.RoomOpened e -> left.remove(new Who(event.roomKey(), EVERYBODY));
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

  private void put(RoomKey room, String user, Instant at) {
    Who who = new Who(room, user);
    left.remove(who);
    left.put(who, at);
  }

  /** True when the user left since then, or the room closed, and it has not come back. */
  synchronized boolean leftSince(RoomKey room, UserId user, Instant since) {
    return since(new Who(room, user.value()), since) || since(new Who(room, EVERYBODY), since);
  }

  private boolean since(Who who, Instant since) {
    Instant at = left.get(who);
    return at != null && !at.isBefore(since);
  }
}
