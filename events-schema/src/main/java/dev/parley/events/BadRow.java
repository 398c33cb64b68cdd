package dev.parley.events;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whatever failed signature, frame, JSON or schema, with enough to drive it again. */
@EventType(
    value = "dev.parley.bad-row.kept.v1",
    topic = Topic.BAD_ROWS,
    about = "Something could not be accepted and was kept.")
public record BadRow(
    @About("The application, where the source names it.") @Nullable String appId,
    @About("The room, where the source names it.") @Nullable String roomId,
    long eventTimeMillis,
    @About("Where it came in.") Source source,
    @About(value = "Parley's stable code.", example = "signature_mismatch") String code,
    @About("Why, one sentence.") String reason,
    @About(value = "What came in, at most 64 KiB.", sensitivity = Sensitivity.PERSONAL) Bytes raw,
    @About("True when the raw bytes were cut at the limit.") boolean truncated,
    @About(
            value =
                "What is needed to drive it again: path and content type of a request; topic,"
                    + " partition, offset and headers of a record.",
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
    origin = Map.copyOf(origin);
    if (raw.length() > MAX_RAW_BYTES) {
      throw new IllegalArgumentException("raw must have at most " + MAX_RAW_BYTES + " bytes");
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
