package dev.parley.room;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observer;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.ConnectionChanged;
import dev.parley.events.RoomEvent.ConnectionState;
import dev.parley.events.RoomEvent.ErrorReported;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.TokenExpired;
import dev.parley.events.RoomEvent.TokenExpiryAnnounced;
import dev.parley.events.RoomEvent.TokenPart;
import org.jspecify.annotations.Nullable;

/**
 * What a client's SDK says of the client itself. Nobody else can tell of it, so each report is a
 * fact; a report that is sent again has its number and never gets here.
 */
final class ClientReports {
  private ClientReports() {}

  static void sdkEvent(RoomDraft draft, SdkEventReported event) {
    switch (event.name()) {
      case SdkEvents.CONNECTION_STATE -> connection(draft, event);
      case SdkEvents.TOKEN_WILL_EXPIRE -> willExpire(draft, event, TokenPart.TOKEN);
      case SdkEvents.PUBLISH_WILL_EXPIRE -> willExpire(draft, event, TokenPart.PUBLISH_PRIVILEGE);
      case SdkEvents.SUBSCRIBE_WILL_EXPIRE ->
          willExpire(draft, event, TokenPart.SUBSCRIBE_PRIVILEGE);
      case SdkEvents.PUBLISH_EXPIRED -> expired(draft, event, TokenPart.PUBLISH_PRIVILEGE);
      case SdkEvents.SUBSCRIBE_EXPIRED -> expired(draft, event, TokenPart.SUBSCRIBE_PRIVILEGE);
      case SdkEvents.ERROR -> error(draft, event);
      default -> {
        // Says nothing of the client itself that is a fact of its own.
      }
    }
  }

  private static void connection(RoomDraft draft, SdkEventReported event) {
    JsonNode argument = event.arguments().path(0);
    ConnectionState state = state(argument.path("state"));
    if (state != null) {
      JsonNode reason = argument.path("reason");
      Observer observer = event.observer();
      tell(
          draft,
          observer,
          new ConnectionChanged(
              draft.appId(),
              draft.roomId(),
              event.eventTimeMillis(),
              Evidence.CLIENT,
              observer.userId(),
              observer.clientId(),
              observer.sequence(),
              state,
              reason.isTextual() ? reason.textValue() : null));
    }
  }

  private static @Nullable ConnectionState state(JsonNode value) {
    return switch (value.asInt(-1)) {
      case 0 -> ConnectionState.STARTED;
      case 1 -> ConnectionState.DISCONNECTED;
      case 2 -> ConnectionState.CONNECTING;
      case 3 -> ConnectionState.CONNECTED;
      case 4 -> ConnectionState.RECONNECTING;
      case 5 -> ConnectionState.RECONNECTED;
      case 6 -> ConnectionState.LOST;
      default -> null;
    };
  }

  private static void willExpire(RoomDraft draft, SdkEventReported event, TokenPart part) {
    Observer observer = event.observer();
    tell(
        draft,
        observer,
        new TokenExpiryAnnounced(
            draft.appId(),
            draft.roomId(),
            event.eventTimeMillis(),
            Evidence.CLIENT,
            observer.userId(),
            observer.clientId(),
            observer.sequence(),
            part));
  }

  private static void expired(RoomDraft draft, SdkEventReported event, TokenPart part) {
    Observer observer = event.observer();
    tell(
        draft,
        observer,
        new TokenExpired(
            draft.appId(),
            draft.roomId(),
            event.eventTimeMillis(),
            Evidence.CLIENT,
            observer.userId(),
            observer.clientId(),
            observer.sequence(),
            part));
  }

  private static void error(RoomDraft draft, SdkEventReported event) {
    JsonNode code = event.arguments().path(0).path("errorCode");
    if (!code.isTextual()) {
      return;
    }
    Observer observer = event.observer();
    tell(
        draft,
        observer,
        new ErrorReported(
            draft.appId(),
            draft.roomId(),
            event.eventTimeMillis(),
            Evidence.CLIENT,
            observer.userId(),
            observer.clientId(),
            observer.sequence(),
            code.textValue()));
    if (code.textValue().equals("TOKEN_EXPIRED")) {
      // The SDK has no event of its own for a whole token.
      expired(draft, event, TokenPart.TOKEN);
    }
  }

  private static void tell(RoomDraft draft, Observer observer, RoomEvent fact) {
    draft.tell(fact, RoomReducer.clientKey(observer), Long.toString(observer.sequence()));
  }
}
