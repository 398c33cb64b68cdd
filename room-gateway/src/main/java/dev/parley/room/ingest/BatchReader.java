package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.Direction;
import dev.parley.events.codec.Json;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of an event batch. */
public final class BatchReader {
  private BatchReader() {}

  /**
   * A batch of one client.
   *
   * @param token the session JWT, where it is not in a header
   * @param clientTimeMillis the client's clock when it sent the batch
   */
  public record Batch(
      @Nullable String token, ClientId clientId, long clientTimeMillis, List<JsonNode> events) {
    public Batch {
      events = List.copyOf(events);
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "Batch[clientId=" + clientId + ", events=" + events.size() + "]";
    }
  }

  /**
   * Reads a whole batch; its events are looked at one by one later.
   *
   * @throws RefusedReportException {@code malformed_body} or {@code batch_too_large}
   */
  public static Batch read(byte[] body, int maxEvents) throws RefusedReportException {
    JsonNode json;
    try {
      json = Json.tree(body);
    } catch (IOException e) {
      throw malformed("The body is not JSON.");
    }
    if (json == null || !json.isObject() || !json.path("events").isArray()) {
      throw malformed("The body must be an object with a list of events.");
    }
    if (json.path("events").size() > maxEvents) {
      throw new RefusedReportException(
          "batch_too_large", "A batch has at most " + maxEvents + " events.");
    }
    List<JsonNode> events = new ArrayList<>();
    json.path("events").forEach(events::add);
    try {
      return new Batch(
          json.path("token").isTextual() ? json.path("token").textValue() : null,
          RelayFrames.clientId(RelayFrames.text(json, "clientId")),
          RelayFrames.time(json),
          events);
    } catch (RefusedReportException e) {
      throw malformed(e.detail());
    }
  }

  /**
   * Reads one event: one of the SDK by its name, or a binary message by its frame.
   *
   * @throws RefusedReportException {@code malformed_event}
   */
  public static ClientReport report(JsonNode json) throws RefusedReportException {
    try {
      return json.has("frame") ? binary(json) : RelayFrames.sdkEvent(json, Integer.MAX_VALUE);
    } catch (RefusedReportException e) {
      throw new RefusedReportException("malformed_event", e.detail());
    }
  }

  private static ClientReport.BinaryMessage binary(JsonNode json) throws RefusedReportException {
    Direction direction =
        switch (RelayFrames.text(json, "direction")) {
          case "ROOM_RECEIVED" -> Direction.ROOM_RECEIVED;
          case "USER_RECEIVED" -> Direction.USER_RECEIVED;
          case "USER_SENT" -> Direction.USER_SENT;
          default ->
              throw RelayFrames.malformed(
                  "Field direction must be ROOM_RECEIVED, USER_RECEIVED or USER_SENT.");
        };
    try {
      return new ClientReport.BinaryMessage(
          RelayFrames.sequence(RelayFrames.number(json, "sequence")),
          RelayFrames.time(json),
          direction,
          new UserId(RelayFrames.text(json, "peerUserId")),
          Bytes.ofBase64(RelayFrames.text(json, "frame")));
    } catch (IllegalArgumentException e) {
      throw RelayFrames.malformed("Field peerUserId must be a user id, frame Base64.");
    }
  }

  private static RefusedReportException malformed(String detail) {
    return new RefusedReportException("malformed_body", detail);
  }
}
