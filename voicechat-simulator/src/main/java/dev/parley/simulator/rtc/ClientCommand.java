package dev.parley.simulator.rtc;

import dev.parley.simulator.Identifiers;
import dev.parley.simulator.room.BinaryMessage;
import dev.parley.simulator.room.MediaType;
import org.jspecify.annotations.Nullable;

/** What a client may ask of a room, in the words of the Web SDK's methods where it has one. */
public sealed interface ClientCommand {

  /** Enters a room; must come first. */
  record Join(String appId, String roomId, String userId, String token, @Nullable String extraInfo)
      implements ClientCommand {

    public Join {
      Identifiers.require("appId", appId);
      Identifiers.require("roomId", roomId);
      Identifiers.require("userId", userId);
      if (extraInfo != null && extraInfo.length() > 200) {
        throw new IllegalArgumentException("extraInfo must not be longer than 200");
      }
    }

    @Override
    public String toString() {
      return "Join[appId=" + appId + ", roomId=" + roomId + ", userId=" + userId + ", token=****]";
    }
  }

  /** Publishes microphone, camera or both. */
  record PublishStream(MediaType mediaType) implements ClientCommand {}

  /** Ceases to publish. */
  record UnpublishStream(MediaType mediaType) implements ClientCommand {}

  /** Turns the microphone on. */
  record StartAudioCapture() implements ClientCommand {}

  /** Turns the microphone off. */
  record StopAudioCapture() implements ClientCommand {}

  /** Says something aloud: what a speech recogniser would make of it. */
  record Say(String text) implements ClientCommand {

    private static final int MAX_LENGTH = 2000;

    public Say {
      if (text.isBlank() || text.length() > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "text must have 1 to " + MAX_LENGTH + " characters and not be blank");
      }
    }
  }

  /** Sends bytes to one user, above all to an agent. */
  record SendUserBinaryMessage(String userId, BinaryMessage message) implements ClientCommand {

    public SendUserBinaryMessage {
      Identifiers.require("userId", userId);
    }
  }

  /** Renews the access token. */
  record UpdateToken(String token) implements ClientCommand {

    @Override
    public String toString() {
      return "UpdateToken[token=****]";
    }
  }

  /** Leaves the room. */
  record Leave() implements ClientCommand {}
}
