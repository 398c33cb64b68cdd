package dev.parley.simulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.simulator.room.BinaryMessage;
import dev.parley.simulator.room.LeaveCause;
import dev.parley.simulator.room.MediaType;
import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.SdkEvent;
import dev.parley.simulator.rtc.ClientCommand;
import org.jspecify.annotations.Nullable;

/** The JSON of a client's connection. Names and payloads of events are the Web SDK's. */
final class RtcProtocol {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RtcProtocol() {}

  /** Reads a command; an IllegalArgumentException says what is wrong with it. */
  static ClientCommand command(String text) {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the frame is not valid JSON", e);
    }
    return switch (text(node, "type")) {
      case "join" ->
          new ClientCommand.Join(
              text(node, "appId"),
              text(node, "roomId"),
              text(node, "userId"),
              text(node, "token"),
              node.path("extraInfo").isTextual() ? node.path("extraInfo").asText() : null);
      case "publishStream" -> new ClientCommand.PublishStream(mediaType(node));
      case "unpublishStream" -> new ClientCommand.UnpublishStream(mediaType(node));
      case "startAudioCapture" -> new ClientCommand.StartAudioCapture();
      case "stopAudioCapture" -> new ClientCommand.StopAudioCapture();
      case "say" -> new ClientCommand.Say(text(node, "text"));
      case "sendUserBinaryMessage" ->
          new ClientCommand.SendUserBinaryMessage(
              text(node, "userId"), new BinaryMessage(text(node, "base64")));
      case "updateToken" -> new ClientCommand.UpdateToken(text(node, "token"));
      case "leave" -> new ClientCommand.Leave();
      default -> throw new IllegalArgumentException("type is not known");
    };
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " must be a text");
    }
    return value.asText();
  }

  private static MediaType mediaType(JsonNode node) {
    return MediaType.of(node.path("mediaType").asInt(0))
        .orElseThrow(
            () ->
                new IllegalArgumentException("mediaType must be 1 (audio), 2 (video) or 3 (both)"));
  }

  static String joined(RoomKey room, String userId) {
    return JSON.createObjectNode()
        .put("type", "joined")
        .put("appId", room.appId())
        .put("roomId", room.roomId())
        .put("userId", userId)
        .toString();
  }

  static String error(String code, String message) {
    return JSON.createObjectNode()
        .put("type", "error")
        .put("code", code)
        .put("message", message)
        .toString();
  }

  static String event(SdkEvent event) {
    return switch (event) {
      case SdkEvent.UserJoined e -> {
        ObjectNode payload = JSON.createObjectNode();
        payload.set("userInfo", userInfo(e.userId(), e.extraInfo()));
        payload
            .putObject("publishState")
            .put("audio", e.audio())
            .put("video", e.video())
            .put("screenAudio", false)
            .put("screenVideo", false);
        yield frame("onUserJoined", payload);
      }
      case SdkEvent.UserLeave e -> {
        LeaveCause cause = e.cause();
        ObjectNode payload = JSON.createObjectNode();
        payload.set("userInfo", userInfo(e.userId(), e.extraInfo()));
        payload.put("reason", cause.reason()).put("tag", cause.tag());
        yield frame("onUserLeave", payload);
      }
      case SdkEvent.UserPublishStream e ->
          frame("onUserPublishStream", user(e.userId()).put("mediaType", e.mediaType().code()));
      case SdkEvent.UserUnpublishStream e ->
          frame(
              "onUserUnpublishStream",
              user(e.userId()).put("mediaType", e.mediaType().code()).put("reason", e.reason()));
      case SdkEvent.UserStartAudioCapture e -> frame("onUserStartAudioCapture", user(e.userId()));
      case SdkEvent.UserStopAudioCapture e -> frame("onUserStopAudioCapture", user(e.userId()));
      case SdkEvent.RoomBinaryMessageReceived e ->
          frame("onRoomBinaryMessageReceived", message(e.userId(), e.message()));
      case SdkEvent.UserBinaryMessageReceived e ->
          frame("onUserBinaryMessageReceived", message(e.userId(), e.message()));
      case SdkEvent.TokenWillExpire ignored -> frame("onTokenWillExpire", null);
      case SdkEvent.Failed e ->
          frame("onError", JSON.createObjectNode().put("errorCode", e.errorCode()));
    };
  }

  private static String frame(String name, @Nullable ObjectNode argument) {
    ObjectNode frame = JSON.createObjectNode().put("type", "event").put("name", name);
    ArrayNode arguments = frame.putArray("arguments");
    if (argument != null) {
      arguments.add(argument);
    }
    return frame.toString();
  }

  private static ObjectNode user(String userId) {
    return JSON.createObjectNode().put("userId", userId);
  }

  private static ObjectNode userInfo(String userId, @Nullable String extraInfo) {
    ObjectNode info = user(userId);
    if (extraInfo != null) {
      info.put("extraInfo", extraInfo);
    }
    return info;
  }

  // An ArrayBuffer has no JSON of its own.
  private static ObjectNode message(String userId, BinaryMessage message) {
    ObjectNode payload = user(userId);
    payload.putObject("message").put("base64", message.base64());
    return payload;
  }
}
