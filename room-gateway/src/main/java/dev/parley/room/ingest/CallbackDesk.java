package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Payload;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.Json;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.callback.CallbackPath;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.secret.Secret;
import dev.parley.room.ingest.CallbackVerdict.Accepted;
import dev.parley.room.ingest.CallbackVerdict.Kept;
import dev.parley.room.ingest.CallbackVerdict.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Verifies the cloud's callbacks and only then reads what they say. Pure. */
public final class CallbackDesk {
  private static final List<String> SIGNED_FIELDS =
      List.of("EventType", "EventData", "EventTime", "EventId", "Version", "AppId", "Nonce");

  private static final String TASK = "taskId";
  private static final String GENUINE = "genuine";
  private static final Bytes NOTHING = Bytes.of(new byte[0]);

  private final Duration replayWindow;

  /**
   * A desk.
   *
   * @param replayWindow how far a webhook's EventTime may be from now
   */
  public CallbackDesk(Duration replayWindow) {
    this.replayWindow = replayWindow;
  }

  private record Letter(
      CallbackApp app,
      BadRow.Source source,
      Bytes body,
      Map<String, String> origin,
      long nowMillis,
      @Nullable RoomId roomId) {

    Draft badRow(String code, String reason) {
      boolean truncated = body.length() > BadRow.MAX_RAW_BYTES;
      Bytes kept = truncated ? Bytes.of(Arrays.copyOf(body.toArray(), BadRow.MAX_RAW_BYTES)) : body;
      return new Draft(
          new BadRow(
              app.appId().value(),
              roomId == null ? null : roomId.value(),
              nowMillis,
              source,
              code,
              reason,
              kept,
              truncated,
              origin),
          EventIds.derived(
              "bad-callback",
              source.name(),
              code,
              // Where nothing is kept, nothing of the body may tell it from others.
              kept.length() == 0 ? Long.toString(nowMillis) : kept.toBase64()));
    }

    // What lets it be read again later: the signature itself is not kept.
    Letter genuine() {
      Map<String, String> more = new TreeMap<>(origin);
      more.put(GENUINE, GENUINE);
      return new Letter(app, source, body, more, nowMillis, roomId);
    }

    Refused refused(String code, String detail) {
      return new Refused(badRow(code, detail), code, detail);
    }

    Kept kept(String code, String reason) {
      return new Kept(badRow(code, reason));
    }
  }

  /** An event callback. */
  public CallbackVerdict webhook(
      CallbackApp app, byte[] body, Map<String, String> origin, Instant now) {
    Letter letter =
        new Letter(app, BadRow.Source.WEBHOOK, Bytes.of(body), origin, now.toEpochMilli(), null);
    JsonNode envelope = json(body);
    if (envelope == null || !envelope.isObject()) {
      return letter.refused("callback_not_json", "The body is not a JSON object.");
    }
    List<String> fields = SIGNED_FIELDS.stream().map(name -> field(envelope, name)).toList();
    if (app.webhookSecrets().isEmpty()
        || !WebhookSignature.matches(app.webhookSecrets(), fields, field(envelope, "Signature"))) {
      return letter.refused(
          "signature_mismatch", "The signature is not the one that the callback secret makes.");
    }
    if (!field(envelope, "AppId").equals(app.appId().value())) {
      return letter.refused("app_mismatch", "The callback is for another application.");
    }
    Instant eventTime = instant(field(envelope, "EventTime"));
    if (eventTime == null) {
      return letter.kept("event_time_malformed", "EventTime is not an RFC 3339 time.");
    }
    if (Duration.between(eventTime, now).abs().compareTo(replayWindow) > 0) {
      return letter.refused(
          "event_time_outside_window",
          "EventTime is too far from now: a replay, or a wrong clock.");
    }
    return event(letter, envelope, eventTime, now);
  }

  private CallbackVerdict event(Letter letter, JsonNode envelope, Instant eventTime, Instant now) {
    String eventId = field(envelope, "EventId");
    String eventType = field(envelope, "EventType");
    if (eventId.isEmpty() || eventType.isEmpty()) {
      return letter.kept("event_unnamed", "EventId or EventType is missing.");
    }
    JsonNode data = json(field(envelope, "EventData").getBytes(StandardCharsets.UTF_8));
    if (data == null || !data.isObject()) {
      return letter.kept("event_data_not_json", "EventData is not a JSON object.");
    }
    RoomId roomId = roomId(data.path("RoomId"));
    if (roomId == null) {
      return letter.kept("event_without_room", "EventData names no room.");
    }
    Payload observation =
        new WebhookReceived(
            letter.app().appId(),
            roomId,
            happenedMillis(data, eventTime, now),
            eventId,
            eventType,
            data);
    return new Accepted(
        new Draft(observation, EventIds.derived("webhook", letter.app().appId().value(), eventId)),
        letter::badRow);
  }

  // The data's own time is exact to the millisecond; the envelope's says whether to believe it.
  private long happenedMillis(JsonNode data, Instant eventTime, Instant now) {
    long exact =
        Stream.of("Timestamp", "EventTime")
            .map(data::path)
            .filter(JsonNode::isIntegralNumber)
            .map(JsonNode::longValue)
            .findFirst()
            .orElse(eventTime.toEpochMilli());
    boolean believable = Math.abs(exact - eventTime.toEpochMilli()) <= replayWindow.toMillis();
    return Math.min(believable ? exact : eventTime.toEpochMilli(), now.toEpochMilli());
  }

  /** A message callback: state or subtitles. */
  public CallbackVerdict message(
      CallbackApp app, String secretPath, byte[] body, Map<String, String> origin, Instant now) {
    Optional<CallbackPath> path = open(app, secretPath);
    Letter letter =
        letter(app, BadRow.Source.MESSAGE_CALLBACK, body, origin, now, path.orElse(null));
    if (path.isEmpty()) {
      return letter.refused("callback_path_mismatch", "The path was not made for this gateway.");
    }
    JsonNode json = json(body);
    if (json == null || !json.isObject()) {
      return letter.refused("callback_not_json", "The body is not a JSON object.");
    }
    if (!anyMatches(app.messageSignatures(), field(json, "signature"))) {
      return letter.refused("signature_mismatch", "The signature is not the configured text.");
    }
    return message(letter.genuine(), path.get(), json);
  }

  private static CallbackVerdict message(Letter letter, CallbackPath to, JsonNode json) {
    try {
      return frame(letter, to, Bytes.ofBase64(field(json, "message")));
    } catch (IllegalArgumentException e) {
      return letter.kept("message_not_base64", "The message is not Base64.");
    }
  }

  private static CallbackVerdict frame(Letter letter, CallbackPath to, Bytes frame) {
    return new Accepted(
        new Draft(
            new MessageCallbackReceived(
                letter.app().appId(), to.roomId(), letter.nowMillis(), to.taskId(), frame),
            EventIds.derived(
                "message-callback",
                letter.app().appId().value(),
                to.roomId().value(),
                to.taskId().value(),
                frame.toBase64())),
        letter::badRow);
  }

  /** A function-call callback. */
  public CallbackVerdict function(
      CallbackApp app, String secretPath, byte[] body, Map<String, String> origin, Instant now) {
    Optional<CallbackPath> path = open(app, secretPath);
    Letter letter =
        letter(app, BadRow.Source.FUNCTION_CALLBACK, body, origin, now, path.orElse(null));
    if (path.isEmpty()) {
      return letter.refused("callback_path_mismatch", "The path was not made for this gateway.");
    }
    JsonNode json = json(body);
    if (json == null || !json.isObject()) {
      return letter.refused("callback_not_json", "The body is not a JSON object.");
    }
    if (!anyMatches(
        app.functionSignatures(),
        json.has("Signature") ? field(json, "Signature") : field(json, "signature"))) {
      return letter.refused("signature_mismatch", "The signature is not the configured text.");
    }
    return function(letter.genuine(), path.get(), json);
  }

  private static CallbackVerdict function(Letter letter, CallbackPath to, JsonNode json) {
    String type = json.has("Type") ? field(json, "Type") : field(json, "type");
    JsonNode message = json.has("Message") ? json.path("Message") : json.path("message");
    JsonNode parsed =
        message.isTextual() ? json(message.textValue().getBytes(StandardCharsets.UTF_8)) : message;
    if (type.isEmpty() || parsed == null || parsed.isMissingNode()) {
      return letter.kept("function_callback_malformed", "Type or Message cannot be read.");
    }
    return new Accepted(
        new Draft(
            new FunctionCallbackReceived(
                letter.app().appId(), to.roomId(), letter.nowMillis(), to.taskId(), type, parsed),
            EventIds.derived(
                "function-callback",
                letter.app().appId().value(),
                to.roomId().value(),
                to.taskId().value(),
                type,
                parsed.toString())),
        letter::badRow);
  }

  /**
   * Reads a callback again that was genuine when it came in and could not be read.
   *
   * @return empty when the row does not say that it was, or not of which task
   */
  public Optional<CallbackVerdict> again(CallbackApp app, BadRow row) {
    CallbackPath to = row.roomId() == null ? null : to(row.roomId(), row.origin().get(TASK));
    if (to == null || !GENUINE.equals(row.origin().get(GENUINE))) {
      return Optional.empty();
    }
    byte[] body = row.raw().toArray();
    Letter letter =
        new Letter(app, row.source(), row.raw(), row.origin(), row.eventTimeMillis(), to.roomId());
    JsonNode json = json(body);
    return switch (row.source()) {
      case MESSAGE_CALLBACK ->
          json == null ? Optional.empty() : Optional.of(message(letter, to, json));
      case FUNCTION_CALLBACK ->
          json == null ? Optional.empty() : Optional.of(function(letter, to, json));
      case FRAME -> Optional.of(frame(letter, to, row.raw()));
      case RELAY, WEBHOOK, TOPIC -> Optional.empty();
    };
  }

  private static @Nullable CallbackPath to(String room, @Nullable String task) {
    try {
      return task == null ? null : new CallbackPath(new RoomId(room), new TaskId(task));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Letter letter(
      CallbackApp app,
      BadRow.Source source,
      byte[] body,
      Map<String, String> origin,
      Instant now,
      @Nullable CallbackPath path) {
    return new Letter(
        app,
        source,
        withoutSignature(body),
        path == null ? origin : withTask(origin, path.taskId()),
        now.toEpochMilli(),
        path == null ? null : path.roomId());
  }

  private static Map<String, String> withTask(Map<String, String> origin, TaskId taskId) {
    Map<String, String> more = new TreeMap<>(origin);
    more.put(TASK, taskId.value());
    return more;
  }

  // The signature of these callbacks is the shared secret itself: it must not reach Kafka. Where it
  // stands, and whether it is cut, can be told of a JSON object only; of others nothing is kept.
  private static Bytes withoutSignature(byte[] body) {
    if (json(body) instanceof ObjectNode object) {
      mask(object);
      return Bytes.of(object.toString().getBytes(StandardCharsets.UTF_8));
    }
    return NOTHING;
  }

  private static void mask(JsonNode json) {
    if (json instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (name.equalsIgnoreCase("signature")) {
          object.put(name, "****");
        }
      }
    }
    json.forEach(CallbackDesk::mask);
  }

  private static Optional<CallbackPath> open(CallbackApp app, String secretPath) {
    Optional<CallbackPath> opened = Optional.empty();
    for (Secret key : app.callbackPathKeys()) {
      Optional<CallbackPath> path = CallbackPath.open(key, app.appId(), secretPath);
      opened = path.isPresent() ? path : opened;
    }
    return opened;
  }

  // Which of them it is must not show in the time it takes.
  private static boolean anyMatches(List<Secret> secrets, String text) {
    boolean matches = false;
    for (Secret secret : secrets) {
      matches |= secret.matches(text);
    }
    return matches;
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      JsonNode json = Json.mapper().readTree(body);
      return json == null || json.isMissingNode() ? null : json;
    } catch (IOException e) {
      return null;
    }
  }

  private static String field(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isTextual() ? value.textValue() : "";
  }

  private static @Nullable RoomId roomId(JsonNode value) {
    try {
      return value.isTextual() ? new RoomId(value.textValue()) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
