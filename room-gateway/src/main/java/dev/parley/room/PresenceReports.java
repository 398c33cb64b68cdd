package dev.parley.room;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.UnpublishReason;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory.ClientMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What SDK events and webhooks say about who is in the room and what they send. Arguments that lack
 * what their event promises say nothing; the observation itself is kept as it came.
 */
final class PresenceReports {
  private PresenceReports() {}

  static void sdkEvent(RoomDraft draft, SdkEventReported event, String observer) {
    JsonNode argument = event.arguments().path(0);
    long at = event.eventTimeMillis();
    switch (event.name()) {
      case SdkEvents.USER_JOINED -> joined(draft, argument, at, observer);
      case SdkEvents.USER_LEAVE -> {
        UserId user = userId(argument.path("userInfo").path("userId"));
        if (user != null) {
          draft.userReported(user, false, at, observer, Evidence.CLIENT, leaveReason(argument));
        }
      }
      case SdkEvents.PUBLISH_STREAM -> stream(draft, argument, false, true, at, observer);
      case SdkEvents.UNPUBLISH_STREAM -> stream(draft, argument, false, false, at, observer);
      case SdkEvents.PUBLISH_SCREEN -> stream(draft, argument, true, true, at, observer);
      case SdkEvents.UNPUBLISH_SCREEN -> stream(draft, argument, true, false, at, observer);
      case SdkEvents.START_AUDIO_CAPTURE ->
          capture(draft, argument, Slot.MICROPHONE, true, at, observer);
      case SdkEvents.STOP_AUDIO_CAPTURE ->
          capture(draft, argument, Slot.MICROPHONE, false, at, observer);
      case SdkEvents.START_VIDEO_CAPTURE ->
          capture(draft, argument, Slot.CAMERA, true, at, observer);
      case SdkEvents.STOP_VIDEO_CAPTURE ->
          capture(draft, argument, Slot.CAMERA, false, at, observer);
      case SdkEvents.ERROR -> error(draft, event, observer);
      default -> {
        // Kept as an observation; says nothing about presence.
      }
    }
  }

  private static void joined(RoomDraft draft, JsonNode argument, long at, String observer) {
    UserId user = userId(argument.path("userInfo").path("userId"));
    if (user == null) {
      return;
    }
    draft.userReported(user, true, at, observer, Evidence.CLIENT, LeaveReason.UNKNOWN);
    JsonNode publishes = argument.path("publishState");
    already(draft, user, publishes.path("audio"), Slot.AUDIO, at, observer);
    already(draft, user, publishes.path("video"), Slot.VIDEO, at, observer);
    already(draft, user, publishes.path("screenAudio"), Slot.SCREEN_AUDIO, at, observer);
    already(draft, user, publishes.path("screenVideo"), Slot.SCREEN_VIDEO, at, observer);
  }

  // A newcomer learns of streams that began before it came.
  private static void already(
      RoomDraft draft, UserId user, JsonNode publishes, Slot slot, long at, String observer) {
    if (publishes.asBoolean(false)) {
      draft.slotReported(user, slot, true, at, observer, Evidence.CLIENT, UnpublishReason.OTHER);
    }
  }

  private static void stream(
      RoomDraft draft, JsonNode argument, boolean screen, boolean on, long at, String observer) {
    UserId user = userId(argument.path("userId"));
    if (user == null) {
      return;
    }
    for (MediaType mediaType : mediaTypes(argument.path("mediaType"))) {
      draft.slotReported(
          user,
          Slot.stream(mediaType, screen),
          on,
          at,
          observer,
          Evidence.CLIENT,
          unpublishReason(argument.path("reason")));
    }
  }

  private static void capture(
      RoomDraft draft, JsonNode argument, Slot slot, boolean on, long at, String observer) {
    UserId user = userId(argument.path("userId"));
    if (user != null) {
      draft.slotReported(user, slot, on, at, observer, Evidence.CLIENT, UnpublishReason.OTHER);
    }
  }

  // The SDK tells its own user of the end of its stay as an error.
  private static void error(RoomDraft draft, SdkEventReported event, String observer) {
    UserId self = event.observer().userId();
    long at = event.eventTimeMillis();
    LeaveReason reason =
        switch (event.arguments().path(0).path("errorCode").asText()) {
          case "KICKED_OUT" -> LeaveReason.KICKED;
          case "TOKEN_EXPIRED" -> LeaveReason.TOKEN_EXPIRED;
          case "RECONNECT_FAILED" -> LeaveReason.CONNECTION_LOST;
          case "ROOM_DISMISS" -> LeaveReason.ROOM_CLOSED;
          case "DUPLICATE_LOGIN" -> LeaveReason.DUPLICATE_LOGIN;
          default -> LeaveReason.UNKNOWN;
        };
    switch (reason) {
      case ROOM_CLOSED -> draft.destroyed(at, Evidence.CLIENT);
      case DUPLICATE_LOGIN -> {
        // The user lives on in another client; this one no longer vouches for anybody.
        ClientMemory client = draft.clients().get(observer);
        if (client != null) {
          draft.putClient(observer, client.ended(draft.now(), at, true));
        }
      }
      case KICKED, TOKEN_EXPIRED, CONNECTION_LOST ->
          draft.userReported(self, false, at, RoomReducer.self(observer), Evidence.CLIENT, reason);
      case QUIT, BECAME_INVISIBLE, ROLE_CHANGED, UNKNOWN -> {
        // Not the end of the stay.
      }
    }
  }

  static void webhook(RoomDraft draft, WebhookReceived webhook) {
    JsonNode data = webhook.eventData();
    long at = webhook.eventTimeMillis();
    switch (webhook.eventType()) {
      case "RoomCreate" -> {
        if (draft.users().isEmpty()) {
          draft.openRoom(at, Evidence.CLOUD);
        }
      }
      case "RoomDestroy" -> draft.destroyed(at, Evidence.CLOUD);
      case "UserJoinRoom", "RoleChangeInvisible2Visible" ->
          cloudUser(draft, data, true, at, LeaveReason.UNKNOWN);
      case "UserLeaveRoom" ->
          cloudUser(draft, data, false, at, leaveTag(data.path("Reason").asText()));
      case "RoleChangeVisible2Invisible" ->
          cloudUser(draft, data, false, at, LeaveReason.BECAME_INVISIBLE);
      case "UserStartAudioCapture" -> cloudCapture(draft, data, Slot.MICROPHONE, true, at);
      case "UserStopAudioCapture" -> cloudCapture(draft, data, Slot.MICROPHONE, false, at);
      case "UserStartVideoCapture" -> cloudCapture(draft, data, Slot.CAMERA, true, at);
      case "UserStopVideoCapture" -> cloudCapture(draft, data, Slot.CAMERA, false, at);
      default -> {
        // Kept as an observation; says nothing about presence.
      }
    }
  }

  private static void cloudUser(
      RoomDraft draft, JsonNode data, boolean on, long at, LeaveReason reason) {
    UserId user = userId(data.path("UserId"));
    if (user != null) {
      draft.userReported(user, on, at, Track.CLOUD, Evidence.CLOUD, reason);
    }
  }

  private static void cloudCapture(RoomDraft draft, JsonNode data, Slot slot, boolean on, long at) {
    UserId user = userId(data.path("UserId"));
    if (user != null) {
      draft.slotReported(user, slot, on, at, Track.CLOUD, Evidence.CLOUD, UnpublishReason.OTHER);
    }
  }

  static @Nullable UserId userId(JsonNode value) {
    try {
      return value.isTextual() ? new UserId(value.textValue()) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static List<MediaType> mediaTypes(JsonNode value) {
    return switch (value.asInt(0)) {
      case 1 -> List.of(MediaType.AUDIO);
      case 2 -> List.of(MediaType.VIDEO);
      case 3 -> List.of(MediaType.AUDIO, MediaType.VIDEO);
      default -> List.of();
    };
  }

  private static UnpublishReason unpublishReason(JsonNode value) {
    return switch (value.asInt(5)) {
      case 0 -> UnpublishReason.UNPUBLISHED;
      case 1 -> UnpublishReason.PUBLISH_FAILED;
      case 2 -> UnpublishReason.KEEP_ALIVE_FAILED;
      case 3 -> UnpublishReason.CLIENT_DISCONNECTED;
      case 4 -> UnpublishReason.REPUBLISHED;
      case 6 -> UnpublishReason.TOKEN_PRIVILEGE_EXPIRED;
      default -> UnpublishReason.OTHER;
    };
  }

  private static LeaveReason leaveReason(JsonNode argument) {
    LeaveReason byTag = leaveTag(argument.path("tag").asText());
    if (byTag != LeaveReason.UNKNOWN) {
      return byTag;
    }
    return switch (argument.path("reason").asInt(-1)) {
      case 0 -> LeaveReason.QUIT;
      case 1 -> LeaveReason.CONNECTION_LOST;
      case 2 -> LeaveReason.BECAME_INVISIBLE;
      case 3 -> LeaveReason.KICKED;
      default -> LeaveReason.UNKNOWN;
    };
  }

  private static LeaveReason leaveTag(String tag) {
    return switch (tag) {
      case "userLeave" -> LeaveReason.QUIT;
      case "connectionLost" -> LeaveReason.CONNECTION_LOST;
      case "kickedByAdmin" -> LeaveReason.KICKED;
      case "userDuplicateLogin" -> LeaveReason.DUPLICATE_LOGIN;
      case "roleChanged" -> LeaveReason.ROLE_CHANGED;
      case "onUserTokenDidExpire" -> LeaveReason.TOKEN_EXPIRED;
      default -> LeaveReason.UNKNOWN;
    };
  }
}
