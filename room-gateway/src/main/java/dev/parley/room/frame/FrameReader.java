package dev.parley.room.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.codec.Json;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.frame.FrameBody.Control;
import dev.parley.room.frame.FrameBody.Conversation;
import dev.parley.room.frame.FrameBody.Empty;
import dev.parley.room.frame.FrameBody.FunctionCall;
import dev.parley.room.frame.FrameBody.FunctionResult;
import dev.parley.room.frame.FrameBody.Info;
import dev.parley.room.frame.FrameBody.ReportedError;
import dev.parley.room.frame.FrameBody.Subtitle;
import dev.parley.room.frame.FrameBody.Subtitles;
import dev.parley.room.frame.FrameBody.ToolCalls;
import dev.parley.room.frame.FrameBody.Unknown;
import dev.parley.room.frame.FrameRefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whole frames, header and body, into what they say. */
public final class FrameReader {
  private static final int MAX_ITEMS = 256;

  private FrameReader() {}

  /**
   * A frame and what it says.
   *
   * @param json the body as JSON; null where it is empty, or not JSON under an unknown magic
   */
  public record Reading(Frame frame, FrameBody body, @Nullable JsonNode json) {}

  /**
   * Reads one frame.
   *
   * @throws FrameRefusedException when the bytes are not a frame, or the body of a known magic does
   *     not fit; an unknown magic passes with whatever body
   */
  public static Reading read(byte[] bytes) throws FrameRefusedException {
    Frame frame = FrameCodec.decode(bytes);
    if (!known(frame.magic())) {
      JsonNode json = jsonOrNull(frame);
      return new Reading(frame, new Unknown(json), json);
    }
    if (frame.body().length() == 0) {
      return new Reading(frame, new Empty(), null);
    }
    JsonNode json = json(frame);
    if (!json.isObject()) {
      throw misfit("the body is not a JSON object");
    }
    return new Reading(frame, body(frame.magic(), json), json);
  }

  private static boolean known(String magic) {
    return switch (magic) {
      case "conv", "subv", "tool", "info", "ctrl", "func" -> true;
      default -> false;
    };
  }

  private static FrameBody body(String magic, JsonNode json) throws FrameRefusedException {
    return switch (magic) {
      case "conv" -> conversation(json);
      case "subv" -> subtitles(json);
      case "tool" -> new ToolCalls(functionCalls(json.get("tool_calls")));
      case "ctrl" ->
          new Control(
              requiredText(json, "Command"),
              optionalNumber(json, "InterruptMode"),
              optionalText(json, "Message"));
      case "func" ->
          new FunctionResult(requiredText(json, "ToolCallID"), requiredText(json, "Content"));
      default -> new Info(json);
    };
  }

  private static Conversation conversation(JsonNode json) throws FrameRefusedException {
    JsonNode stage = json.path("Stage");
    if (!stage.isObject()) {
      throw misfit("field Stage must be an object");
    }
    String taskId = optionalText(json, "TaskId", "TaskID");
    String userId = optionalText(json, "UserID", "UserId");
    Long roundId = optionalNumber(json, "RoundID", "RoundId");
    if (roundId == null) {
      throw misfit("field RoundID is missing");
    }
    return new Conversation(
        taskId == null || taskId.isEmpty() ? null : taskId(taskId),
        userId == null || userId.isEmpty() ? null : userId(userId),
        roundId,
        optionalNumber(json, "EventTime"),
        requiredNumber(stage, "Code"),
        error(json.path("ErrorInfo")));
  }

  private static @Nullable ReportedError error(JsonNode json) throws FrameRefusedException {
    Long code = json.isObject() ? optionalNumber(json, "ErrorCode", "Errorcode") : null;
    if (code == null || code == 0) {
      return null;
    }
    String reason = optionalText(json, "Reason");
    return new ReportedError(code, reason == null ? "" : reason);
  }

  private static Subtitles subtitles(JsonNode json) throws FrameRefusedException {
    List<Subtitle> items = new ArrayList<>();
    for (JsonNode item : items(json.path("data"), "data")) {
      if (!item.isObject()) {
        throw misfit("an item of data is not an object");
      }
      items.add(
          new Subtitle(
              userId(requiredText(item, "userId", "userID")),
              requiredText(item, "text"),
              optionalText(item, "language"),
              optionalNumber(item, "roundId", "roundID"),
              requiredNumber(item, "sequence"),
              requiredFlag(item, "definite"),
              // The oldest servers know sentences only.
              item.has("paragraph") && requiredFlag(item, "paragraph"),
              optionalNumber(item, "mode"),
              optionalNumber(item, "timestamp")));
    }
    return new Subtitles(items);
  }

  /**
   * Reads a list of function calls, as {@code tool} frames and function callbacks carry it.
   *
   * @throws FrameRefusedException when it is not one
   */
  public static List<FunctionCall> functionCalls(@Nullable JsonNode list)
      throws FrameRefusedException {
    List<FunctionCall> calls = new ArrayList<>();
    for (JsonNode item : items(list, "tool_calls")) {
      JsonNode function = item.path("function");
      if (!function.isObject()) {
        throw misfit("an item of tool_calls has no function");
      }
      JsonNode arguments = function.path("arguments");
      calls.add(
          new FunctionCall(
              requiredText(item, "id"),
              requiredText(function, "name"),
              // Some models answer with the object itself instead of its text.
              arguments.isTextual()
                  ? arguments.textValue()
                  : arguments.isMissingNode() ? "{}" : arguments.toString()));
    }
    return calls;
  }

  private static JsonNode items(@Nullable JsonNode list, String name) throws FrameRefusedException {
    if (list == null || !list.isArray()) {
      throw misfit("field " + name + " must be a list");
    }
    if (list.size() > MAX_ITEMS) {
      throw misfit("field " + name + " has more than " + MAX_ITEMS + " items");
    }
    return list;
  }

  private static JsonNode json(Frame frame) throws FrameRefusedException {
    try {
      return Json.mapper().readTree(text(frame));
    } catch (JsonProcessingException e) {
      throw new FrameRefusedException(Reason.BODY_NOT_JSON, "the body is not JSON");
    }
  }

  private static @Nullable JsonNode jsonOrNull(Frame frame) {
    try {
      JsonNode json = json(frame);
      return json.isMissingNode() ? null : json;
    } catch (FrameRefusedException e) {
      return null;
    }
  }

  private static String text(Frame frame) throws FrameRefusedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(frame.body().toArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new FrameRefusedException(Reason.BODY_NOT_UTF8, "the body is not UTF-8");
    }
  }

  private static @Nullable JsonNode first(JsonNode object, String... names) {
    for (String name : names) {
      JsonNode value = object.get(name);
      if (value != null && !value.isNull()) {
        return value;
      }
    }
    return null;
  }

  private static String requiredText(JsonNode object, String... names)
      throws FrameRefusedException {
    String text = optionalText(object, names);
    if (text == null) {
      throw misfit("field " + names[0] + " is missing");
    }
    return text;
  }

  private static @Nullable String optionalText(JsonNode object, String... names)
      throws FrameRefusedException {
    JsonNode value = first(object, names);
    if (value != null && !value.isTextual()) {
      throw misfit("field " + names[0] + " must be a text");
    }
    return value == null ? null : value.textValue();
  }

  private static long requiredNumber(JsonNode object, String... names)
      throws FrameRefusedException {
    Long number = optionalNumber(object, names);
    if (number == null) {
      throw misfit("field " + names[0] + " is missing");
    }
    return number;
  }

  private static @Nullable Long optionalNumber(JsonNode object, String... names)
      throws FrameRefusedException {
    JsonNode value = first(object, names);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw misfit("field " + names[0] + " must be a whole number");
    }
    return value.longValue();
  }

  private static boolean requiredFlag(JsonNode object, String name) throws FrameRefusedException {
    JsonNode value = object.path(name);
    if (!value.isBoolean()) {
      throw misfit("field " + name + " must be true or false");
    }
    return value.booleanValue();
  }

  private static UserId userId(String text) throws FrameRefusedException {
    try {
      return new UserId(text);
    } catch (IllegalArgumentException e) {
      throw misfit(String.valueOf(e.getMessage()));
    }
  }

  private static TaskId taskId(String text) throws FrameRefusedException {
    try {
      return new TaskId(text);
    } catch (IllegalArgumentException e) {
      throw misfit(String.valueOf(e.getMessage()));
    }
  }

  private static FrameRefusedException misfit(String message) {
    return new FrameRefusedException(Reason.BODY_DOES_NOT_FIT, message);
  }
}
