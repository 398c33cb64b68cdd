package dev.parley.bench;

import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.ConnectionChanged;
import dev.parley.events.RoomEvent.ErrorReported;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.TokenExpired;
import dev.parley.events.RoomEvent.TokenExpiryAnnounced;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts that were told of some rooms, beside what truly happened there: each room opened and
 * closed once, each of its users came and went once, and in between switched a device on and off.
 */
final class ToldFacts {
  private static final String THE_ROOM = "";

  private enum What {
    ROOM_OPENED,
    ROOM_CLOSED,
    JOINED,
    LEFT,
    DEVICE_ON,
    DEVICE_OFF,
    NEVER_HAPPENED;

    // What may have been the last about the same user, or the room itself; null is nothing.
    boolean mayFollow(@Nullable What before) {
      return switch (this) {
        case ROOM_OPENED -> before == null || before == ROOM_CLOSED;
        case ROOM_CLOSED -> before == ROOM_OPENED;
        case JOINED -> before == null || before == LEFT;
        case LEFT, DEVICE_ON -> before == JOINED || before == DEVICE_OFF;
        case DEVICE_OFF -> before == DEVICE_ON;
        case NEVER_HAPPENED -> false;
      };
    }
  }

  private record Subject(String roomId, String userId) {}

  private record Fact(Subject subject, What what) {}

  private final Map<Fact, Integer> truth = new HashMap<>();
  private final Map<Fact, Integer> told = new HashMap<>();
  private final Map<Subject, What> last = new HashMap<>();
  private long outOfOrder;

  /** In truth the room opened, and closed when all had left. */
  void happened(String roomId) {
    happened(new Subject(roomId, THE_ROOM), What.ROOM_OPENED, 1);
    happened(new Subject(roomId, THE_ROOM), What.ROOM_CLOSED, 1);
  }

  /**
   * In truth the user came to the room, and went in the end.
   *
   * @param switched how often a device went on, and off again
   */
  void happened(String roomId, String userId, int switched) {
    Subject user = new Subject(roomId, userId);
    happened(user, What.JOINED, 1);
    happened(user, What.DEVICE_ON, switched);
    happened(user, What.DEVICE_OFF, switched);
    happened(user, What.LEFT, 1);
  }

  private void happened(Subject subject, What what, int times) {
    truth.put(new Fact(subject, what), times);
  }

  /** This one was told next. */
  void take(RoomEvent event) {
    String room = event.roomId().value();
    switch (event) {
      case RoomOpened e -> take(room, THE_ROOM, What.ROOM_OPENED);
      case RoomClosed e -> take(room, THE_ROOM, What.ROOM_CLOSED);
      case UserJoined e -> take(room, e.userId().value(), What.JOINED);
      case UserLeft e -> take(room, e.userId().value(), What.LEFT);
      case CaptureStarted e -> take(room, e.userId().value(), What.DEVICE_ON);
      case CaptureStopped e -> take(room, e.userId().value(), What.DEVICE_OFF);
      case StreamPublished e -> take(room, e.userId().value(), What.NEVER_HAPPENED);
      case StreamUnpublished e -> take(room, e.userId().value(), What.NEVER_HAPPENED);
      case ConnectionChanged e -> take(room, e.userId().value(), What.NEVER_HAPPENED);
      case TokenExpiryAnnounced e -> take(room, e.userId().value(), What.NEVER_HAPPENED);
      case TokenExpired e -> take(room, e.userId().value(), What.NEVER_HAPPENED);
      case ErrorReported e -> take(room, e.userId().value(), What.NEVER_HAPPENED);
    }
  }

  private void take(String roomId, String userId, What what) {
    Subject subject = new Subject(roomId, userId);
    told.merge(new Fact(subject, what), 1, Integer::sum);
    boolean open = last.get(new Subject(roomId, THE_ROOM)) == What.ROOM_OPENED;
    if (!what.mayFollow(last.put(subject, what)) || (!open && what != What.ROOM_OPENED)) {
      outOfOrder++;
    }
  }

  /** How many there should be. */
  long happened() {
    return sum(truth);
  }

  /** How many there are. */
  long told() {
    return sum(told);
  }

  private static long sum(Map<Fact, Integer> facts) {
    return facts.values().stream().mapToLong(Integer::intValue).sum();
  }

  /** Facts told more often than they happened; what never did is among them. */
  long doubled() {
    return beyond(told, truth);
  }

  /** Facts told less often than they happened. */
  long missing() {
    return beyond(truth, told);
  }

  private static long beyond(Map<Fact, Integer> facts, Map<Fact, Integer> others) {
    return facts.entrySet().stream()
        .mapToLong(fact -> Math.max(0, fact.getValue() - others.getOrDefault(fact.getKey(), 0)))
        .sum();
  }

  /** Facts that cannot come after what was told before of the same user and of the room. */
  long outOfOrder() {
    return outOfOrder;
  }
}
