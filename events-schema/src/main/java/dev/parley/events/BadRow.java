package dev.parley.events;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whatever failed signature, frame, JSON or schema, with enough to drive it again. */
@EventType(
    value = "dev.parley.bad-row.kept.v1",
    topic = Topic.BAD_ROWS,
    about = "Something could not be accepted and was kept.")
public record BadRow(
    @About(
            value = "The application, where the source names it.",
            example = "123456781234567812345678")
        @Nullable String appId,
    @About(value = "The room, where the source names it.", example = "Room123")
        @Nullable String roomId,
    long eventTimeMillis,
    @About(value = "Where it came in.", example = "TOPIC") Source source,
    @About(value = "Parley's stable code.", example = "signature_mismatch") String code,
    @About(value = "Why, one sentence.", example = "The signature does not fit.") String reason,
    @About(
            value = "What came in, at most 64 KiB.",
            example = "eyJhcHBJZCI6",
            maxBytes = BadRow.MAX_RAW_BYTES,
            sensitivity = Sensitivity.PERSONAL)
        Bytes raw,
    @About(value = "True when the raw bytes were cut at the limit.", example = "false")
        boolean truncated,
    @About(
            value =
                "What is needed to drive it again: path and content type of a request; topic,"
                    + " partition, offset and headers of a record.",
            example =
                "{\"topic\":\"rtc.room.observations\",\"partition\":\"7\",\"offset\":\"4711\"}",
            sensitivity = Sensitivity.PERSONAL)
        Map<String, String> origin)
    implements Payload {
  /** Largest raw part that is kept, in bytes. */
  public static final int MAX_RAW_BYTES = 64 * 1024;

  /** Where a bad row came in. */
  public enum Source {
    RELAY,
    WEBHOOK,
    MESSAGE_CALLBACK,
    FUNCTION_CALLBACK,
    /** A frame inside an accepted observation. */
    FRAME,
    /** A record of one of Parley's own topics. */
    TOPIC
  }

  public BadRow {
    // Sorted, so that the same row is the same bytes.
    origin = Collections.unmodifiableMap(new TreeMap<>(Map.copyOf(origin)));
    if (raw.length() > MAX_RAW_BYTES) {
      throw new RefusedValueException("raw must have at most " + MAX_RAW_BYTES + " bytes");
    }
  }

  @Override
  public String recordKey() {
    return (appId == null ? "" : appId) + ":" + subject();
  }

  @Override
  public String subject() {
    return roomId == null ? "" : roomId;
  }
}
