package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** A fact about a room: each once, in order, whoever reported it and how often. */
public sealed interface RoomEvent extends RoomScoped {

  /** The best evidence that stood behind the fact when it was recorded. */
  @About(
      value =
          "The best evidence that stood behind the fact when it was recorded: the cloud said so, a client saw it, or it follows from other facts.",
      example = "CLOUD")
  Evidence evidence();

  /** What a fact rests on. */
  enum Evidence {
    /** The cloud said so in a signed callback. */
    CLOUD,
    /** At least one client in the room saw it. */
    CLIENT,
    /** Nobody said so; it follows from other facts or from silence. */
    INFERRED
  }

  /** Why a user is gone. */
  enum LeaveReason {
    QUIT,
    CONNECTION_LOST,
    KICKED,
    DUPLICATE_LOGIN,
    TOKEN_EXPIRED,
    BECAME_INVISIBLE,
    ROLE_CHANGED,
    ROOM_CLOSED,
    UNKNOWN
  }

  /** One kind of media; a stream with both is two facts. */
  enum MediaType {
    AUDIO,
    VIDEO
  }

  /** Why a stream is gone; the values of the SDK's StreamRemoveReason, and one for the rest. */
  enum UnpublishReason {
    UNPUBLISHED,
    PUBLISH_FAILED,
    KEEP_ALIVE_FAILED,
    CLIENT_DISCONNECTED,
    REPUBLISHED,
    OTHER,
    TOKEN_PRIVILEGE_EXPIRED,
    USER_LEFT
  }

  /** Why a room is over. */
  enum CloseReason {
    /** The cloud destroyed it. */
    DESTROYED,
    /** Its last user left. */
    EMPTY
  }

  /** How a client stands with the cloud; the values of the SDK's ConnectionState. */
  enum ConnectionState {
    STARTED,
    DISCONNECTED,
    CONNECTING,
    CONNECTED,
    RECONNECTING,
    RECONNECTED,
    LOST
  }

  /** What expires: an access token as a whole, or one privilege in it. */
  enum TokenPart {
    TOKEN,
    PUBLISH_PRIVILEGE,
    SUBSCRIBE_PRIVILEGE
  }

  /** The first sign of life of a room. */
  @EventType(
      value = "dev.parley.room.opened.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A room came to life.")
  record RoomOpened(AppId appId, RoomId roomId, long eventTimeMillis, Evidence evidence)
      implements RoomEvent {}

  /** The room is over; a later sign of life opens it anew. */
  @EventType(
      value = "dev.parley.room.closed.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A room is over.")
  record RoomClosed(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      @About(value = "Why the room is over.", example = "EMPTY") CloseReason reason)
      implements RoomEvent {}

  /** A user is in the room. */
  @EventType(
      value = "dev.parley.room.user-joined.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A user, human or agent, entered the room.")
  record UserJoined(
      AppId appId, RoomId roomId, long eventTimeMillis, Evidence evidence, UserId userId)
      implements RoomEvent {}

  /** A user is no longer in the room. */
  @EventType(
      value = "dev.parley.room.user-left.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A user, human or agent, left the room.")
  record UserLeft(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      @About(value = "Why the user is gone.", example = "QUIT") LeaveReason reason)
      implements RoomEvent {}

  /** A user sends media. */
  @EventType(
      value = "dev.parley.room.stream-published.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A user began to send a stream.")
  record StreamPublished(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      @About(value = "Audio or video; a stream with both is two facts.", example = "AUDIO")
          MediaType mediaType,
      @About(value = "True for a shared screen.", example = "false") boolean screen)
      implements RoomEvent {}

  /** A user no longer sends media. */
  @EventType(
      value = "dev.parley.room.stream-unpublished.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A user's stream ended.")
  record StreamUnpublished(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      @About(value = "Audio or video; a stream with both is two facts.", example = "AUDIO")
          MediaType mediaType,
      @About(value = "True for a shared screen.", example = "false") boolean screen,
      @About(value = "Why the stream ended.", example = "UNPUBLISHED") UnpublishReason reason)
      implements RoomEvent {}

  /** A user's microphone or camera is on. */
  @EventType(
      value = "dev.parley.room.capture-started.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A user's microphone or camera was switched on.")
  record CaptureStarted(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      @About(value = "Audio for the microphone, video for the camera.", example = "AUDIO")
          MediaType mediaType)
      implements RoomEvent {}

  /** A user's microphone or camera is off. */
  @EventType(
      value = "dev.parley.room.capture-stopped.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A user's microphone or camera was switched off.")
  record CaptureStopped(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      @About(value = "Audio for the microphone, video for the camera.", example = "AUDIO")
          MediaType mediaType)
      implements RoomEvent {}

  /** A client's SDK says how it stands with the cloud. */
  @EventType(
      value = "dev.parley.room.connection-changed.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A client's own connection to the cloud changed, as its SDK said.",
      since = "0.2")
  record ConnectionChanged(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      ClientId clientId,
      @About(
              value = "Position of the report among all of the client's, from 1 upwards.",
              example = "17",
              minimum = 1)
          long sequence,
      @About(value = "How the client stands now.", example = "RECONNECTING") ConnectionState state,
      @About(
              value = "Why it connects anew, in the SDK's own word; null where it gives none.",
              example = "iceFailed")
          @Nullable String reason)
      implements RoomEvent {
    public ConnectionChanged {
      Observer.checkSequence(sequence);
    }
  }

  /** A client's SDK says that its access token, or a privilege in it, is about to expire. */
  @EventType(
      value = "dev.parley.room.token-expiry-announced.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A client's access token, or a privilege in it, is about to expire, as its SDK said.",
      since = "0.2")
  record TokenExpiryAnnounced(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      ClientId clientId,
      @About(
              value = "Position of the report among all of the client's, from 1 upwards.",
              example = "17",
              minimum = 1)
          long sequence,
      @About(value = "What is about to expire.", example = "TOKEN") TokenPart part)
      implements RoomEvent {
    public TokenExpiryAnnounced {
      Observer.checkSequence(sequence);
    }
  }

  /** A client's SDK says that its access token, or a privilege in it, has expired. */
  @EventType(
      value = "dev.parley.room.token-expired.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A client's access token, or a privilege in it, expired, as its SDK said.",
      since = "0.2")
  record TokenExpired(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      ClientId clientId,
      @About(
              value = "Position of the report among all of the client's, from 1 upwards.",
              example = "17",
              minimum = 1)
          long sequence,
      @About(value = "What expired.", example = "PUBLISH_PRIVILEGE") TokenPart part)
      implements RoomEvent {
    public TokenExpired {
      Observer.checkSequence(sequence);
    }
  }

  /** A client's SDK reported an error. */
  @EventType(
      value = "dev.parley.room.error-reported.v1",
      topic = Topic.ROOM_EVENTS,
      about = "A client met an error, as its SDK said.",
      since = "0.2")
  record ErrorReported(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Evidence evidence,
      UserId userId,
      ClientId clientId,
      @About(
              value = "Position of the report among all of the client's, from 1 upwards.",
              example = "17",
              minimum = 1)
          long sequence,
      @About(value = "The SDK's error code.", example = "KICKED_OUT") String errorCode)
      implements RoomEvent {
    public ErrorReported {
      Observer.checkSequence(sequence);
    }
  }
}
