package dev.parley.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** What one source reported about a room, as received: nothing reduced, nothing left out. */
public sealed interface Observation extends RoomScoped {

  /** A client reported an event of the Web SDK, with the SDK's own name and arguments. */
  @EventType(
      value = "dev.parley.observation.sdk-event-reported.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "A client relayed an event of the Web SDK.")
  record SdkEventReported(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Observer observer,
      @About(value = "The SDK's name of the event.", example = "onUserJoined") String name,
      @About(
              value = "The SDK's arguments of the event, in order.",
              example = "[{\"userInfo\":{\"userId\":\"alice\"}}]",
              json = About.JsonKind.ARRAY,
              sensitivity = Sensitivity.PERSONAL)
          JsonNode arguments)
      implements Observation {
    public SdkEventReported {
      if (!arguments.isArray()) {
        throw new RefusedValueException("arguments must be a JSON array");
      }
    }
  }

  /** A client relayed a binary message that it received or sent. */
  @EventType(
      value = "dev.parley.observation.binary-message-reported.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "A client relayed a binary message that it received or sent.")
  record BinaryMessageReported(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      Observer observer,
      @About(
              value =
                  "How the message travelled, seen from the observer: received by the whole room, received by the observer alone, or sent by the observer to one user.",
              example = "ROOM_RECEIVED")
          Direction direction,
      @About(
              value = "The other end: the sender of a received message, the addressee of a sent.",
              example = "agent-1",
              sensitivity = Sensitivity.PERSONAL)
          UserId peerUserId,
      @About(
              value = "The whole frame: 4 bytes magic, 4 bytes length, body.",
              example = "c3VidgAAAAJ7fQ==",
              sensitivity = Sensitivity.PERSONAL)
          Bytes frame)
      implements Observation {}

  /** How a binary message travelled, seen from the observer. */
  enum Direction {
    /** Received, addressed to the whole room. */
    ROOM_RECEIVED,
    /** Received, addressed to the observer. */
    USER_RECEIVED,
    /** Sent by the observer to one user. */
    USER_SENT
  }

  /** A relay connection of a client opened: the client's user is at the room's door. */
  @EventType(
      value = "dev.parley.observation.relay-opened.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "A client opened its relay connection.")
  record RelayOpened(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      UserId userId,
      @About(value = "The client instance.", example = "web-8f14e45f") ClientId clientId,
      @About(value = "Id of this one connection.", example = "01981d2c") String connectionId)
      implements Observation {}

  /** A relay connection of a client ended. */
  @EventType(
      value = "dev.parley.observation.relay-closed.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "A client's relay connection ended.")
  record RelayClosed(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      UserId userId,
      @About(value = "The client instance.", example = "web-8f14e45f") ClientId clientId,
      @About(value = "Id of this one connection.", example = "01981d2c") String connectionId,
      @About(
              value = "True when the client said goodbye, false when the connection broke.",
              example = "true")
          boolean clean)
      implements Observation {}

  /** The cloud's event callback, its signature verified. */
  @EventType(
      value = "dev.parley.observation.webhook-received.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "The cloud sent a signed event callback.")
  record WebhookReceived(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      @About(value = "The cloud's id of the event; a redelivery keeps it.", example = "Z1a2b3c4d5")
          String eventId,
      @About(value = "The cloud's name of the event.", example = "UserJoinRoom") String eventType,
      @About(
              value = "The cloud's EventData, parsed.",
              example = "{\"RoomId\":\"Room123\",\"UserId\":\"alice\"}",
              sensitivity = Sensitivity.PERSONAL)
          JsonNode eventData)
      implements Observation {}

  /** A message callback of the cloud (state or subtitle), its signature verified. */
  @EventType(
      value = "dev.parley.observation.message-callback-received.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "The cloud posted an agent's binary message to the message callback.")
  record MessageCallbackReceived(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(
              value = "The whole frame: 4 bytes magic, 4 bytes length, body.",
              example = "c3VidgAAAAJ7fQ==",
              sensitivity = Sensitivity.PERSONAL)
          Bytes frame)
      implements Observation {}

  /** A function-call callback of the cloud, its signature verified. */
  @EventType(
      value = "dev.parley.observation.function-callback-received.v1",
      topic = Topic.ROOM_OBSERVATIONS,
      about = "The cloud posted function calls of an agent to the function callback.")
  record FunctionCallbackReceived(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The cloud's Type: information or tool_calls.", example = "tool_calls")
          String callbackType,
      @About(
              value = "The cloud's Message, parsed.",
              example = "[{\"id\":\"call_cx_1\",\"type\":\"function\"}]",
              sensitivity = Sensitivity.PERSONAL)
          @Nullable JsonNode message)
      implements Observation {}
}
