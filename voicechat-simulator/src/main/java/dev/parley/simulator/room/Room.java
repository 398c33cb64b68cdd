package dev.parley.simulator.room;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One room. Tells every member what the Web SDK would tell it: about others only, never about
 * itself.
 *
 * <p>Not known of the real cloud, and chosen here: a newcomer gets one onUserJoined per user
 * already present, then onUserPublishStream for each who publishes; a leaver's streams end with
 * onUserUnpublishStream before onUserLeave.
 */
public final class Room {

  private static final class Seat {
    private final Member member;
    private Presence presence;

    private Seat(Member member, Presence presence) {
      this.member = member;
      this.presence = presence;
    }
  }

  private final RoomKey key;
  private final Clock clock;
  private final RoomObserver observer;
  private final Map<String, Seat> seats = new LinkedHashMap<>();

  Room(RoomKey key, Clock clock, RoomObserver observer) {
    this.key = key;
    this.clock = clock;
    this.observer = observer;
  }

  /** Which room this is. */
  public RoomKey key() {
    return key;
  }

  /** Who is in the room, in order of arrival. */
  public List<Presence> users() {
    return seats.values().stream().map(seat -> seat.presence).toList();
  }

  /** One user of the room. */
  public Optional<Presence> user(String userId) {
    return Optional.ofNullable(seats.get(userId)).map(seat -> seat.presence);
  }

  void join(String userId, @Nullable String extraInfo, boolean agent, Member member) {
    Seat earlier = seats.get(userId);
    if (earlier != null) {
      remove(userId, LeaveCause.DUPLICATE_LOGIN);
      earlier.member.onRemoved(LeaveCause.DUPLICATE_LOGIN);
    }
    Presence newcomer =
        new Presence(userId, extraInfo, agent, clock.instant(), false, false, false);
    List<Seat> present = List.copyOf(seats.values());
    seats.put(userId, new Seat(member, newcomer));
    observer.joined(key, newcomer);
    for (Seat seat : present) {
      Presence other = seat.presence;
      member.onEvent(
          new SdkEvent.UserJoined(other.userId(), other.extraInfo(), other.audio(), other.video()));
      if (other.capturing()) {
        member.onEvent(new SdkEvent.UserStartAudioCapture(other.userId()));
      }
      published(other)
          .ifPresent(
              media -> member.onEvent(new SdkEvent.UserPublishStream(other.userId(), media)));
    }
    tellOthers(userId, new SdkEvent.UserJoined(userId, extraInfo, false, false));
  }

  /** Whether this very member, and not a later one of the same user, sits in the room. */
  boolean holds(String userId, Member member) {
    Seat seat = seats.get(userId);
    return seat != null && seat.member == member;
  }

  void leave(String userId, LeaveCause cause) {
    remove(userId, cause);
    if (seats.isEmpty()) {
      observer.destroyed(key);
    }
  }

  void evict(String userId) {
    Seat seat = seats.get(userId);
    if (seat != null) {
      leave(userId, LeaveCause.KICKED_BY_ADMIN);
      seat.member.onRemoved(LeaveCause.KICKED_BY_ADMIN);
    }
  }

  private void remove(String userId, LeaveCause cause) {
    Seat seat = seats.remove(userId);
    if (seat == null) {
      return;
    }
    Presence leaver = seat.presence;
    published(leaver)
        .ifPresent(
            media ->
                tellOthers(
                    userId,
                    new SdkEvent.UserUnpublishStream(userId, media, cause.streamRemoveReason())));
    tellOthers(userId, new SdkEvent.UserLeave(userId, leaver.extraInfo(), cause));
    observer.left(key, leaver, cause, Duration.between(leaver.joinedAt(), clock.instant()));
  }

  /** A user begins to publish; publishing again what is published already changes nothing. */
  public void publish(String userId, MediaType media) {
    withSeat(
        userId,
        seat -> {
          Presence before = seat.presence;
          seat.presence =
              before.publishing(
                  before.audio() || media.hasAudio(), before.video() || media.hasVideo());
          if (!seat.presence.equals(before)) {
            tellOthers(userId, new SdkEvent.UserPublishStream(userId, media));
          }
        });
  }

  /** A user ceases to publish. */
  public void unpublish(String userId, MediaType media) {
    withSeat(
        userId,
        seat -> {
          Presence before = seat.presence;
          seat.presence =
              before.publishing(
                  before.audio() && !media.hasAudio(), before.video() && !media.hasVideo());
          if (!seat.presence.equals(before)) {
            tellOthers(
                userId,
                new SdkEvent.UserUnpublishStream(
                    userId, media, LeaveCause.USER_LEAVE.streamRemoveReason()));
          }
        });
  }

  /** A user's microphone goes on or off. */
  public void capture(String userId, boolean on) {
    withSeat(
        userId,
        seat -> {
          if (seat.presence.capturing() == on) {
            return;
          }
          seat.presence = seat.presence.capturing(on);
          tellOthers(
              userId,
              on
                  ? new SdkEvent.UserStartAudioCapture(userId)
                  : new SdkEvent.UserStopAudioCapture(userId));
        });
  }

  /** A user says something aloud; false when no microphone of theirs is published. */
  public boolean say(String userId, String text) {
    Seat speaker = seats.get(userId);
    if (speaker == null || !speaker.presence.audio()) {
      return false;
    }
    others(userId).forEach(seat -> seat.member.onSpeech(userId, text));
    return true;
  }

  /** A message from one user to everybody else. */
  public void broadcast(String fromUserId, BinaryMessage message) {
    if (seats.containsKey(fromUserId)) {
      tellOthers(fromUserId, new SdkEvent.RoomBinaryMessageReceived(fromUserId, message));
    }
  }

  /** How a message to one user went. */
  public enum Receipt {
    /** Arrived. */
    DELIVERED,
    /** Arrived, and means nothing to the one who got it. */
    NOT_UNDERSTOOD,
    /** The addressee is not in the room. */
    NO_SUCH_USER
  }

  /** A message from one user to another. */
  public Receipt send(String fromUserId, String toUserId, BinaryMessage message) {
    Seat addressee = seats.get(toUserId);
    if (addressee == null) {
      return Receipt.NO_SUCH_USER;
    }
    return addressee.member.onMessage(fromUserId, message)
        ? Receipt.DELIVERED
        : Receipt.NOT_UNDERSTOOD;
  }

  private static Optional<MediaType> published(Presence user) {
    if (user.audio()) {
      return Optional.of(user.video() ? MediaType.AUDIO_AND_VIDEO : MediaType.AUDIO);
    }
    return user.video() ? Optional.of(MediaType.VIDEO) : Optional.empty();
  }

  private void withSeat(String userId, Consumer<Seat> action) {
    Seat seat = seats.get(userId);
    if (seat != null) {
      action.accept(seat);
    }
  }

  private void tellOthers(String userId, SdkEvent event) {
    others(userId).forEach(seat -> seat.member.onEvent(event));
  }

  // A copy: a member that is told something may leave at once.
  private List<Seat> others(String userId) {
    List<Seat> others = new ArrayList<>();
    seats.forEach(
        (user, seat) -> {
          if (!user.equals(userId)) {
            others.add(seat);
          }
        });
    return others;
  }
}
