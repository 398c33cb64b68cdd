package dev.parley.room.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.Direction;
import dev.parley.events.codec.Json;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.room.frame.FrameCodec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads and writes the frames of the relay protocol, version 1. */
public final class RelayFrames {
  /** Version byte of binary frames. */
  public static final int BINARY_VERSION = 1;

  private static final int BINARY_HEADER_BYTES = 1 + 1 + Long.BYTES + Long.BYTES + Short.BYTES;
  private static final int MAX_PEER_BYTES = 128;

  // A character that came as it is takes at most three bytes, a control character six when escaped.
  private static final int MAX_GROWTH = 6;

  /** Largest binary frame. */
  public static final int MAX_BINARY_BYTES =
      BINARY_HEADER_BYTES + MAX_PEER_BYTES + FrameCodec.MAX_FRAME_BYTES;

  private RelayFrames() {}

  /** What a client's text frame says. */
  public sealed interface ClientFrame {}

  /** The first frame. */
  public record Hello(
      String token, ClientId clientId, @Nullable String sdkVersion, long clientTimeMillis)
      implements ClientFrame {
    /** Without the token. */
    @Override
    public String toString() {
      return "Hello[clientId=" + clientId + "]";
    }
  }

  /** A report of an SDK event. */
  public record Event(ClientReport.SdkEvent report) implements ClientFrame {}

  /** A new session token in the place of the one before. */
  public record Renew(String token) implements ClientFrame {
    /** Without the token. */
    @Override
    public String toString() {
      return "Renew[]";
    }
  }

  /** The client ends the connection on purpose. */
  public record Goodbye() implements ClientFrame {}

  /**
   * Reads a text frame.
   *
   * @throws RefusedReportException {@code malformed_frame} or {@code unknown_frame_type}
   */
  public static ClientFrame text(String text) throws RefusedReportException {
    JsonNode json;
    try {
      json = Json.tree(text);
    } catch (JsonProcessingException e) {
      throw malformed("The frame is not JSON.");
    }
    if (!json.isObject()) {
      throw malformed("The frame is not a JSON object.");
    }
    return switch (json.path("type").asText("")) {
      case "hello" ->
          new Hello(
              text(json, "token"),
              clientId(text(json, "clientId")),
              json.path("sdkVersion").isTextual() ? json.path("sdkVersion").textValue() : null,
              time(json));
      case "event" -> new Event(sdkEvent(json, text.length()));
      case "renew" -> new Renew(text(json, "token"));
      case "goodbye" -> new Goodbye();
      default ->
          throw new RefusedReportException(
              "unknown_frame_type", "Field type must be hello, event, renew or goodbye.");
    };
  }

  /**
   * Reads an SDK event, as text frames and batches carry it.
   *
   * @param characters of the whole text that it came in
   * @throws RefusedReportException {@code malformed_frame}
   */
  public static ClientReport.SdkEvent sdkEvent(JsonNode json, int characters)
      throws RefusedReportException {
    JsonNode arguments = json.path("arguments");
    if (!arguments.isMissingNode() && !arguments.isArray()) {
      throw malformed("Field arguments must be a list.");
    }
    return new ClientReport.SdkEvent(
        sequence(number(json, "sequence")),
        time(json),
        text(json, "name"),
        arguments instanceof ArrayNode list ? list : JsonNodeFactory.instance.arrayNode(),
        (long) MAX_GROWTH * characters);
  }

  /**
   * Reads a binary frame: version, direction, sequence, client time, peer, and the RTC frame as it
   * is.
   *
   * @throws RefusedReportException {@code malformed_frame}
   */
  public static ClientReport.BinaryMessage binary(byte[] bytes) throws RefusedReportException {
    if (bytes.length < BINARY_HEADER_BYTES || bytes.length > MAX_BINARY_BYTES) {
      throw malformed(
          "A binary frame has " + BINARY_HEADER_BYTES + " to " + MAX_BINARY_BYTES + " bytes.");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.get() != BINARY_VERSION) {
      throw malformed("The first byte must be the version, " + BINARY_VERSION + ".");
    }
    Direction direction =
        switch (in.get()) {
          case 0 -> Direction.ROOM_RECEIVED;
          case 1 -> Direction.USER_RECEIVED;
          case 2 -> Direction.USER_SENT;
          default -> throw malformed("The second byte must be a direction: 0, 1 or 2.");
        };
    long sequence = sequence(in.getLong());
    long time = in.getLong();
    if (time < 0) {
      throw malformed("The client time must not be negative.");
    }
    int peerLength = Short.toUnsignedInt(in.getShort());
    if (peerLength > in.remaining() || peerLength > MAX_PEER_BYTES) {
      throw malformed("The peer's user id is longer than the frame or than an id may be.");
    }
    byte[] peer = new byte[peerLength];
    in.get(peer);
    byte[] frame = new byte[in.remaining()];
    in.get(frame);
    return new ClientReport.BinaryMessage(sequence, time, direction, peer(peer), Bytes.of(frame));
  }

  private static UserId peer(byte[] bytes) throws RefusedReportException {
    try {
      return new UserId(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw malformed("The peer's user id is not a user id.");
    }
  }

  static String welcome(
      String connectionId, long lastSequence, long serverTimeMillis, long heartbeatMillis) {
    return frame("welcome")
        .put("connectionId", connectionId)
        .put("lastSequence", lastSequence)
        .put("serverTimeMillis", serverTimeMillis)
        .put("heartbeatMillis", heartbeatMillis)
        .toString();
  }

  static String session(String type, long expiresAtMillis) {
    return frame(type).put("expiresAtMillis", expiresAtMillis).toString();
  }

  static String ack(long sequence) {
    return frame("ack").put("sequence", sequence).toString();
  }

  static String error(String code, String detail, @Nullable Long sequence) {
    ObjectNode frame = frame("error").put("code", code).put("detail", detail);
    if (sequence != null) {
      frame.put("sequence", sequence);
    }
    return frame.toString();
  }

  private static ObjectNode frame(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /**
   * A field that must be a text with something in it.
   *
   * @throws RefusedReportException {@code malformed_frame}
   */
  public static String text(JsonNode json, String name) throws RefusedReportException {
    JsonNode value = json.path(name);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw malformed("Field " + name + " must be a text.");
    }
    return value.textValue();
  }

  static long number(JsonNode json, String name) throws RefusedReportException {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw malformed("Field " + name + " must be a whole number.");
    }
    return value.longValue();
  }

  static long time(JsonNode json) throws RefusedReportException {
    long time = number(json, "clientTimeMillis");
    if (time < 0) {
      throw malformed("Field clientTimeMillis must not be negative.");
    }
    return time;
  }

  static long sequence(long sequence) throws RefusedReportException {
    if (sequence < 1) {
      throw malformed("A sequence must be 1 or more.");
    }
    return sequence;
  }

  static ClientId clientId(String text) throws RefusedReportException {
    try {
      return new ClientId(text);
    } catch (IllegalArgumentException e) {
      throw malformed("Field clientId is not an id: 1 to 128 of a-z A-Z 0-9 _ @ . -");
    }
  }

  static RefusedReportException malformed(String detail) {
    return new RefusedReportException("malformed_frame", detail);
  }
}
