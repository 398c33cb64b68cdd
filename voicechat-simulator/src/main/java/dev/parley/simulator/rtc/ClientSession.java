package dev.parley.simulator.rtc;

import dev.parley.simulator.App;
import dev.parley.simulator.Scheduler;
import dev.parley.simulator.frame.FrameCodec;
import dev.parley.simulator.room.BinaryMessage;
import dev.parley.simulator.room.LeaveCause;
import dev.parley.simulator.room.MediaType;
import dev.parley.simulator.room.Member;
import dev.parley.simulator.room.Room;
import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.Rooms;
import dev.parley.simulator.room.SdkEvent;
import dev.parley.simulator.token.RoomToken;
import dev.parley.simulator.token.TokenRefused;
import dev.parley.simulator.token.TokenVerifier;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client's connection, from before its join until after its leave. */
public final class ClientSession implements Member {

  private static final Duration EXPIRY_NOTICE = Duration.ofSeconds(30);

  private record Seat(Room room, String userId, RoomToken token) {}

  private final Map<String, App> apps;
  private final Rooms rooms;
  private final TokenVerifier tokens;
  private final Scheduler scheduler;
  private final Clock clock;
  private final ClientLink link;
  private final List<Scheduler.Timer> expiry = new ArrayList<>();
  private final Scheduler.Timer joinDeadline;

  private @Nullable Seat seat;
  private boolean over;

  /** Opens a session that must join within {@code joinTimeout}. */
  public ClientSession(
      Map<String, App> apps,
      Rooms rooms,
      TokenVerifier tokens,
      Scheduler scheduler,
      Clock clock,
      Duration joinTimeout,
      ClientLink link) {
    this.apps = apps;
    this.rooms = rooms;
    this.tokens = tokens;
    this.scheduler = scheduler;
    this.clock = clock;
    this.link = link;
    joinDeadline =
        scheduler.after(
            joinTimeout,
            () -> {
              link.error("JOIN_ROOM_FAILED", "no join came in time");
              end();
            });
  }

  /** Carries out one command; whatever is wrong with it is told to the client. */
  public void handle(ClientCommand command) {
    if (over) {
      return;
    }
    Seat current = seat;
    if (command instanceof ClientCommand.Join join) {
      if (current == null) {
        join(join);
      } else {
        link.error("REPEAT_JOIN", "this connection is in a room already; open another one");
      }
      return;
    }
    if (current == null) {
      link.error("NOT_CONNECTED_YET", "join a room first");
      return;
    }
    inRoom(current, command);
  }

  private void join(ClientCommand.Join join) {
    RoomToken token = verified(join.appId(), join.roomId(), join.userId(), join.token());
    if (token == null) {
      return;
    }
    RoomKey key = new RoomKey(join.appId(), join.roomId());
    if (!rooms.hasPlace(key, join.userId())) {
      link.error("JOIN_ROOM_FAILED", "the room, or the simulator, is full");
      return;
    }
    joinDeadline.cancel();
    // The answer goes first: the SDK's join resolves before any of the room's events come.
    link.joined(key, join.userId());
    rooms
        .join(key, join.userId(), join.extraInfo(), false, this)
        .ifPresent(
            room -> {
              seat = new Seat(room, join.userId(), token);
              watchExpiry(token);
            });
  }

  private void inRoom(Seat current, ClientCommand command) {
    Room room = current.room();
    String user = current.userId();
    switch (command) {
      case ClientCommand.Join ignored ->
          throw new IllegalStateException("a join is handled before");
      case ClientCommand.PublishStream publish -> {
        if (mayPublish(current.token(), publish.mediaType())) {
          room.publish(user, publish.mediaType());
        } else {
          link.error("NO_PUBLISH_PERMISSION", "the access token lacks this publish privilege");
        }
      }
      case ClientCommand.UnpublishStream unpublish -> room.unpublish(user, unpublish.mediaType());
      case ClientCommand.StartAudioCapture ignored -> room.capture(user, true);
      case ClientCommand.StopAudioCapture ignored -> room.capture(user, false);
      case ClientCommand.Say say -> {
        if (!room.say(user, say.text())) {
          link.error("NOT_PUBLISHED", "nobody hears you; publish audio first");
        }
      }
      case ClientCommand.SendUserBinaryMessage send -> send(room, user, send);
      case ClientCommand.UpdateToken update -> {
        RoomToken renewed = verified(room.key().appId(), room.key().roomId(), user, update.token());
        if (renewed != null) {
          seat = new Seat(room, user, renewed);
          watchExpiry(renewed);
        }
      }
      case ClientCommand.Leave ignored -> leave(LeaveCause.USER_LEAVE);
    }
  }

  private void send(Room room, String user, ClientCommand.SendUserBinaryMessage send) {
    if (send.message().bytes().length > FrameCodec.MAX_UPLINK) {
      link.error("INVALID_PARAMS", "a message holds at most " + FrameCodec.MAX_UPLINK + " bytes");
      return;
    }
    switch (room.send(user, send.userId(), send.message())) {
      case DELIVERED -> {}
      // The real cloud says nothing here, as far as is known; a stand-in had better.
      case NOT_UNDERSTOOD ->
          link.error("INVALID_PARAMS", "the agent does not understand this message");
      case NO_SUCH_USER ->
          link.error("INVALID_PARAMS", "user " + send.userId() + " is not in the room");
    }
  }

  private @Nullable RoomToken verified(String appId, String roomId, String userId, String text) {
    App app = apps.get(appId);
    if (app == null) {
      link.error("INVALID_TOKEN", "no app " + appId + " is configured");
      return null;
    }
    try {
      RoomToken token = tokens.verify(text, app.appKey());
      if (!token.appId().equals(appId)) {
        link.error("INVALID_TOKEN", "the access token is for another app");
      } else if (!token.admits(roomId, userId)) {
        link.error("INVALID_TOKEN", "the access token is for another room or user");
      } else {
        return token;
      }
    } catch (TokenRefused e) {
      String code =
          switch (e.reason()) {
            case EXPIRED -> "TOKEN_EXPIRED";
            case MALFORMED, SIGNATURE -> "INVALID_TOKEN";
          };
      link.error(code, String.valueOf(e.getMessage()));
    }
    return null;
  }

  private static boolean mayPublish(RoomToken token, MediaType media) {
    return (!media.hasAudio() || token.mayPublishAudio())
        && (!media.hasVideo() || token.mayPublishVideo());
  }

  private void watchExpiry(RoomToken token) {
    expiry.forEach(Scheduler.Timer::cancel);
    expiry.clear();
    token
        .expiresAt()
        .ifPresent(
            at -> {
              Duration left = Duration.between(clock.instant(), at);
              Duration notice = left.minus(EXPIRY_NOTICE);
              if (notice.isPositive()) {
                expiry.add(
                    scheduler.after(notice, () -> link.event(new SdkEvent.TokenWillExpire())));
              }
              expiry.add(scheduler.after(left, this::expired));
            });
  }

  private void expired() {
    link.event(new SdkEvent.Failed("TOKEN_EXPIRED"));
    leave(LeaveCause.TOKEN_EXPIRED);
  }

  /** The connection is gone; without a leave before, that is a lost connection. */
  public void closed() {
    if (!over) {
      leave(LeaveCause.CONNECTION_LOST);
    }
  }

  private void leave(LeaveCause cause) {
    Seat current = seat;
    end();
    if (current != null) {
      rooms.leave(current.room().key(), current.userId(), this, cause);
    }
  }

  private void end() {
    over = true;
    seat = null;
    joinDeadline.cancel();
    expiry.forEach(Scheduler.Timer::cancel);
    link.close();
  }

  @Override
  public void onEvent(SdkEvent event) {
    if (!over) {
      link.event(event);
    }
  }

  @Override
  public boolean onMessage(String fromUserId, BinaryMessage message) {
    onEvent(new SdkEvent.UserBinaryMessageReceived(fromUserId, message));
    return true;
  }

  @Override
  public void onSpeech(String userId, String text) {
    // A client hears sound; the SDK reports no words.
  }

  @Override
  public void onRemoved(LeaveCause cause) {
    link.event(
        new SdkEvent.Failed(
            switch (cause) {
              case DUPLICATE_LOGIN -> "DUPLICATE_LOGIN";
              case TOKEN_EXPIRED -> "TOKEN_EXPIRED";
              case USER_LEAVE, CONNECTION_LOST, KICKED_BY_ADMIN -> "KICKED_OUT";
            }));
    end();
  }
}
