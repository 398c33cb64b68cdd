package dev.parley.events.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded.Refused.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Payloads as Kafka records: CloudEvents 1.0, Kafka protocol binding, binary content mode.
 * Attributes are headers named {@code ce_*} in UTF-8, the value is the data as JSON. Source: the
 * CloudEvents Kafka protocol binding 1.0.2, section 3.2.
 */
public final class EventCodec {
  static final String CONTENT_TYPE = "application/json";

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final ClassValue<ObjectWriter> WRITERS =
      new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
          return Json.mapper().writerFor(type);
        }
      };
  private static final ClassValue<ObjectReader> READERS =
      new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
          return Json.mapper().readerFor(type);
        }
      };

  // Types are few and constants: encoding them once saves an allocation per record.
  private static final Map<String, byte[]> UTF8 = new ConcurrentHashMap<>();

  private EventCodec() {}

  /**
   * The record of an event, on the topic and under the key that its type says.
   *
   * @return a record whose value is not yet serialised; {@link EnvelopeSerializer} does that
   */
  public static ProducerRecord<String, Envelope<?>> toRecord(Envelope<?> envelope) {
    return new ProducerRecord<>(
        envelope.type().topic().topicName(), envelope.data().recordKey(), envelope);
  }

  /**
   * Writes the attributes into the headers and returns the data.
   *
   * @throws EventTooLargeException when the data has more than {@link Topic#MAX_RECORD_BYTES}
   */
  public static byte[] encode(Envelope<?> envelope, Headers headers) {
    Payload data = envelope.data();
    String type = envelope.type().value();
    byte[] value;
    try {
      value = WRITERS.get(data.getClass()).writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a payload of type " + type + " does not serialise", e);
    }
    if (value.length > Topic.MAX_RECORD_BYTES) {
      throw new EventTooLargeException(type, value.length);
    }
    put(headers, "content-type", constant(CONTENT_TYPE));
    put(headers, "ce_specversion", constant("1.0"));
    put(headers, "ce_id", utf8(envelope.id()));
    put(headers, "ce_source", constant(envelope.source()));
    put(headers, "ce_type", constant(type));
    if (!data.subject().isEmpty()) {
      put(headers, "ce_subject", utf8(data.subject()));
    }
    put(headers, "ce_time", utf8(MILLIS.format(envelope.time())));
    put(headers, "ce_partitionkey", utf8(RoomPartitioner.partitionKey(data.recordKey())));
    put(headers, "ce_ingestedat", utf8(MILLIS.format(envelope.ingestedAt())));
    if (envelope.traceparent() != null) {
      put(headers, "ce_traceparent", utf8(envelope.traceparent()));
      // The name under which tracing tools look for it.
      put(headers, "traceparent", utf8(envelope.traceparent()));
    }
    return value;
  }

  /** Reads a record; whatever the bytes are, the answer is one of {@link Decoded}'s cases. */
  public static Decoded decode(Headers headers, byte @Nullable [] value) {
    if (value == null) {
      return new Decoded.Tombstone();
    }
    if (value.length > Topic.MAX_RECORD_BYTES) {
      return refused(
          Code.TOO_LARGE,
          "the value has " + value.length + " bytes, at most " + Topic.MAX_RECORD_BYTES);
    }
    try {
      if (!required(headers, "ce_specversion").equals("1.0")) {
        return refused(Code.HEADER_MALFORMED, "ce_specversion must be 1.0");
      }
      String typeName = required(headers, "ce_type");
      Optional<Class<? extends Payload>> type = PayloadTypes.named(typeName);
      if (type.isEmpty()) {
        return new Decoded.UnknownType(typeName);
      }
      String id = required(headers, "ce_id");
      String source = required(headers, "ce_source");
      Instant ingestedAt = instant("ce_ingestedat", required(headers, "ce_ingestedat"));
      String traceparent = optional(headers, "ce_traceparent");
      Payload data = READERS.get(type.get()).readValue(value);
      if (data == null) {
        return refused(Code.DOES_NOT_FIT_TYPE, "the value is JSON null");
      }
      String missing = RequiredFields.firstMissing(data);
      if (missing != null) {
        return refused(Code.DOES_NOT_FIT_TYPE, "field " + missing + " is missing");
      }
      return new Decoded.Event(new Envelope<>(id, source, ingestedAt, traceparent, data));
    } catch (HeaderProblem e) {
      return refused(e.code, e.getMessage());
    } catch (StreamConstraintsException e) {
      return refused(Code.TOO_LARGE, "the value is nested too deeply or has too long a part");
    } catch (JsonMappingException e) {
      return refused(Code.DOES_NOT_FIT_TYPE, "the value does not fit the type at " + path(e));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return refused(
          Code.NOT_JSON,
          "the value is not JSON" + (at == null ? "" : " at byte " + at.getByteOffset()));
    } catch (IOException e) {
      return refused(Code.NOT_JSON, "the value cannot be read");
    } catch (IllegalArgumentException e) {
      return refused(Code.HEADER_MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private static Decoded.Refused refused(Code code, @Nullable String reason) {
    return new Decoded.Refused(code, String.valueOf(reason));
  }

  // Only the names of the path: an index or a message could quote what a person said.
  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "its root" : path;
  }

  private static void put(Headers headers, String name, byte[] value) {
    headers.remove(name);
    headers.add(name, value);
  }

  private static byte[] constant(String text) {
    return UTF8.computeIfAbsent(text, EventCodec::utf8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String required(Headers headers, String name) throws HeaderProblem {
    String value = optional(headers, name);
    if (value == null || value.isEmpty()) {
      throw new HeaderProblem(Code.HEADER_MISSING, "header " + name + " is missing");
    }
    return value;
  }

  private static @Nullable String optional(Headers headers, String name) throws HeaderProblem {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      return null;
    }
    if (header.value().length > 4 * Envelope.MAX_ATTRIBUTE_LENGTH) {
      throw new HeaderProblem(Code.HEADER_MALFORMED, "header " + name + " is too long");
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static Instant instant(String name, String text) throws HeaderProblem {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new HeaderProblem(Code.HEADER_MALFORMED, "header " + name + " is not a UTC time");
    }
  }

  private static final class HeaderProblem extends Exception {
    private final Code code;

    HeaderProblem(Code code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }
}
