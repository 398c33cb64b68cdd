package dev.parley.simulator.room;

import org.jspecify.annotations.Nullable;

/** What the Web SDK would tell one client; its name and payload are the SDK's own. */
public sealed interface SdkEvent {

  /** A remote user is in the room. */
  record UserJoined(String userId, @Nullable String extraInfo, boolean audio, boolean video)
      implements SdkEvent {}

  /** A remote user is in the room no more. */
  record UserLeave(String userId, @Nullable String extraInfo, LeaveCause cause)
      implements SdkEvent {}

  /** A remote user publishes. */
  record UserPublishStream(String userId, MediaType mediaType) implements SdkEvent {}

  /** A remote user publishes no more; the reason is a StreamRemoveReason. */
  record UserUnpublishStream(String userId, MediaType mediaType, int reason) implements SdkEvent {}

  /** A remote user's microphone is on. */
  record UserStartAudioCapture(String userId) implements SdkEvent {}

  /** A remote user's microphone is off. */
  record UserStopAudioCapture(String userId) implements SdkEvent {}

  /** A message to the whole room; this is how an agent's frames arrive. */
  record RoomBinaryMessageReceived(String userId, BinaryMessage message) implements SdkEvent {}

  /** A message to this user alone. */
  record UserBinaryMessageReceived(String userId, BinaryMessage message) implements SdkEvent {}

  /** The access token expires in 30 seconds. */
  record TokenWillExpire() implements SdkEvent {}

  /** The connection to the room is over. */
  record Failed(String errorCode) implements SdkEvent {}
}
