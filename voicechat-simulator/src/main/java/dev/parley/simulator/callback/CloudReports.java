package dev.parley.simulator.callback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.simulator.App;
import dev.parley.simulator.callback.Callback.Kind;
import dev.parley.simulator.callback.Callback.Outcome;
import dev.parley.simulator.fault.Occasion;
import dev.parley.simulator.room.LeaveCause;
import dev.parley.simulator.room.Presence;
import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.RoomObserver;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts what happens into the cloud's callbacks and hands them to the dispatcher.
 *
 * <p>Not known, and chosen here: DeviceType of an agent is {@code server}; MediaProcessingType is
 * left out, its values being unknown; message and function callbacks are tried once; {@code
 * RoomDestroy} exists in this shape.
 */
public final class CloudReports implements RoomObserver {

  private static final int WEBHOOK_ATTEMPTS = 3;
  private static final String WEBHOOK_VERSION = "2020-12-01";

  private final Map<String, App> apps;
  private final CallbackDispatcher dispatcher;
  private final Clock clock;
  private final Supplier<String> eventIds;
  private final Supplier<String> nonces;
  private final ObjectMapper json = new ObjectMapper();

  /** Signs with each app's webhook secret. */
  public CloudReports(
      Map<String, App> apps,
      CallbackDispatcher dispatcher,
      Clock clock,
      Supplier<String> eventIds,
      Supplier<String> nonces) {
    this.apps = apps;
    this.dispatcher = dispatcher;
    this.clock = clock;
    this.eventIds = eventIds;
    this.nonces = nonces;
  }

  @Override
  public void joined(RoomKey room, Presence user) {
    webhook("UserJoinRoom", "UserJoinRoom", room, null, user(room, user), "");
  }

  @Override
  public void left(RoomKey room, Presence user, LeaveCause cause, Duration stay) {
    Map<String, Object> data = user(room, user);
    data.put("Reason", cause.tag());
    data.put("Duration", stay.toSeconds());
    webhook("UserLeaveRoom", "UserLeaveRoom", room, null, data, "");
  }

  @Override
  public void destroyed(RoomKey room) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("RoomId", room.roomId());
    data.put("Timestamp", clock.millis());
    webhook("RoomDestroy", "RoomDestroy", room, null, data, "");
  }

  /**
   * Sends a VoiceChat event.
   *
   * @param runStage its label, which faults may name
   * @param data EventData
   */
  public void voiceChat(
      RoomKey room, String taskId, String businessId, String runStage, Map<String, Object> data) {
    webhook("VoiceChat", runStage, room, taskId, data, businessId);
  }

  /** Posts a frame, Base64-coded, without a content type. */
  public void message(
      RoomKey room, String taskId, String label, URI url, String base64, String signature) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("message", base64);
    body.put("signature", signature);
    Occasion what = new Occasion(label, room.appId(), room.roomId(), taskId);
    dispatcher.send(new Callback(Kind.MESSAGE, what, url, null, text(body), 1, outcome -> {}));
  }

  /** Posts a function-call envelope. */
  public void function(
      RoomKey room,
      String taskId,
      String label,
      URI url,
      Map<String, Object> envelope,
      Consumer<Outcome> outcome) {
    Occasion what = new Occasion(label, room.appId(), room.roomId(), taskId);
    dispatcher.send(
        new Callback(Kind.FUNCTION, what, url, "application/json", text(envelope), 1, outcome));
  }

  /** JSON text of a value. */
  public String text(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and numbers always have a JSON text", e);
    }
  }

  private Map<String, Object> user(RoomKey room, Presence user) {
    String extraInfo = user.extraInfo() == null ? "" : user.extraInfo();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("RoomId", room.roomId());
    data.put("UserId", user.userId());
    data.put("DeviceType", user.agent() ? "server" : "web");
    data.put("Timestamp", clock.millis());
    data.put("ExtraInfo", "");
    data.put("UserExtraInfo", extraInfo);
    return data;
  }

  private void webhook(
      String eventType,
      String label,
      RoomKey room,
      @Nullable String taskId,
      Map<String, Object> data,
      String businessId) {
    App app = apps.get(room.appId());
    if (app == null || app.webhookUrl() == null) {
      return;
    }
    Webhook webhook =
        new Webhook(
            eventType,
            text(data),
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
            eventIds.get(),
            WEBHOOK_VERSION,
            app.appId(),
            nonces.get());
    Map<String, Object> envelope = new LinkedHashMap<>(webhook.signed(app.webhookSecret()));
    if (!businessId.isEmpty()) {
      envelope.put("BusinessId", businessId);
    }
    Occasion what = new Occasion(label, room.appId(), room.roomId(), taskId);
    dispatcher.send(
        new Callback(
            Kind.WEBHOOK,
            what,
            app.webhookUrl(),
            "application/json",
            text(envelope),
            WEBHOOK_ATTEMPTS,
            outcome -> {}));
  }
}
