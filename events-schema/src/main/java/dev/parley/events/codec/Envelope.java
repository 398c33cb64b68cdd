package dev.parley.events.codec;

import dev.parley.events.EventType;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.RefusedValueException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A payload with what CloudEvents says about it.
 *
 * @param id stable under redelivery: the same fact told again has the same id; see {@link EventIds}
 * @param source who wrote it, a URI reference such as {@code /parley/room-gateway}
 * @param ingestedAt when Parley saw it
 * @param traceparent W3C trace context, where a trace is under way
 * @param data what happened; its {@code eventTimeMillis} is the CloudEvents {@code time}
 */
public record Envelope<P extends Payload>(
    String id, String source, Instant ingestedAt, @Nullable String traceparent, P data) {

  /** Longest {@code id}, {@code source} and {@code traceparent}, in characters. */
  public static final int MAX_ATTRIBUTE_LENGTH = 256;

  public Envelope {
    checkLength("id", id);
    checkLength("source", source);
    if (traceparent != null) {
      checkLength("traceparent", traceparent);
    }
  }

  private static void checkLength(String name, String value) {
    if (value.isEmpty() || value.length() > MAX_ATTRIBUTE_LENGTH) {
      throw new RefusedValueException(
          name + " must have 1 to " + MAX_ATTRIBUTE_LENGTH + " characters");
    }
  }

  /** The published type of the data. */
  public EventType type() {
    return PayloadTypes.of(data.getClass());
  }

  /** When it happened. */
  public Instant time() {
    return Instant.ofEpochMilli(data.eventTimeMillis());
  }
}
