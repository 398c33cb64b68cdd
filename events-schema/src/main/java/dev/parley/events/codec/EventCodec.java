package dev.parley.events.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.parley.events.BadRow;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded.Refused.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Payloads as Kafka records: CloudEvents 1.0, Kafka protocol binding, binary content mode.
 * Attributes are headers named {@code ce_*} in UTF-8, the value is the data as JSON. Source: the
 * CloudEvents Kafka protocol binding 1.0.2, section 3.2.
 */
public final class EventCodec {
  static final String CONTENT_TYPE = "application/json";

  /** Most bytes of a record's key: two ids of full length, an AppId and what stands between. */
  public static final int MAX_KEY_BYTES = 512;

  // Everything about a type that encoding would ask for again and again: the name in an annotation
  // alone costs as much as writing a small payload.
  private record Kind(String type, ObjectWriter writer, ObjectReader reader) {}

  private static final ClassValue<Kind> KINDS =
      new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> payload) {
          return new Kind(
              PayloadTypes.of(payload.asSubclass(Payload.class)).value(),
              Json.CONTRACT.writerFor(payload),
              Json.CONTRACT.readerFor(payload));
        }
      };

  private static final char REPLACEMENT = '\uFFFD';

  // Types and sources are few: encoding them once saves an allocation per record.
  private static final int MAX_CONSTANTS = 1024;
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
   * As {@link #toRecord}, with the value as it is written.
   *
   * @throws EventRefusedException as {@link #encode} does
   */
  public static ProducerRecord<String, byte[]> toEncodedRecord(Envelope<?> envelope) {
    Headers headers = new RecordHeaders();
    byte[] value = encode(envelope, headers);
    return new ProducerRecord<>(
        envelope.type().topic().topicName(), null, envelope.data().recordKey(), value, headers);
  }

  /**
   * Writes the attributes into the headers and returns the data.
   *
   * @throws EventTooLargeException when the data has more than {@link Topic#MAX_RECORD_BYTES}, is
   *     nested deeper than {@link Json#MAX_DEPTH}, or has too long a key or name, or too large a
   *     number
   * @throws EventRefusedException when it breaks another rule that readers rely on
   */
  public static byte[] encode(Envelope<?> envelope, Headers headers) {
    Payload data = envelope.data();
    Kind kind = KINDS.get(data.getClass());
    String type = kind.type();
    String key = data.recordKey();
    // Four bytes are the most that UTF-8 needs for what Java counts as one.
    if (key.length() > MAX_KEY_BYTES / 4 && utf8(key).length > MAX_KEY_BYTES) {
      throw new EventTooLargeException(
          type, "has a key of more than " + MAX_KEY_BYTES + " bytes, which no topic takes");
    }
    long time = data.eventTimeMillis();
    long ingestedAt = envelope.ingestedAt().toEpochMilli();
    if (outOfTime(time) || outOfTime(ingestedAt)) {
      throw new EventRefusedException(
          type, "has a time that is not between the years 1970 and 9999");
    }
    byte[] value = json(kind, data);
    if (value.length > Topic.MAX_RECORD_BYTES) {
      throw new EventTooLargeException(type, value.length);
    }
    String subject = data.subject();
    // Looking for headers to replace costs more than adding them: mostly there are none.
    boolean replace = headers.iterator().hasNext();
    put(headers, replace, "content-type", constant(CONTENT_TYPE));
    put(headers, replace, "ce_specversion", constant("1.0"));
    put(headers, replace, "ce_id", utf8(envelope.id()));
    put(headers, replace, "ce_source", constant(envelope.source()));
    put(headers, replace, "ce_type", constant(type));
    if (!subject.isEmpty()) {
      put(headers, replace, "ce_subject", utf8(subject));
    }
    put(headers, replace, "ce_time", Rfc3339.bytes(time));
    put(headers, replace, "ce_partitionkey", utf8(RoomPartitioner.partitionKey(key)));
    put(headers, replace, "ce_ingestedat", Rfc3339.bytes(ingestedAt));
    if (envelope.traceparent() != null) {
      byte[] traceparent = utf8(envelope.traceparent());
      put(headers, replace, "ce_traceparent", traceparent);
      // The name under which tracing tools look for it.
      put(headers, replace, "traceparent", traceparent);
    }
    if (data instanceof BadRow row) {
      BadRows.originOf(row).forEach((name, text) -> put(headers, replace, name, utf8(text)));
    }
    return value;
  }

  private static byte[] json(Kind kind, Payload data) {
    String type = kind.type();
    try {
      return kind.writer().writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      StreamConstraintsException bound = cause(StreamConstraintsException.class, e);
      if (bound != null) {
        throw new EventTooLargeException(
            type,
            "is nested deeper than "
                + Json.MAX_DEPTH
                + ", or has a field name of more than "
                + Json.MAX_NAME_LENGTH
                + " characters or a number of more than "
                + Json.MAX_NUMBER_LENGTH
                + " digits or beyond a double");
      }
      return escaped(type, kind.writer(), data);
    }
  }

  // Half of a surrogate pair has no UTF-8, but JSON can escape it, and a client may well send one:
  // what it reported is kept as it is.
  private static byte[] escaped(String type, ObjectWriter writer, Payload data) {
    try {
      return writer.with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      throw new EventRefusedException(type, "cannot be written as JSON");
    }
  }

  private static boolean outOfTime(long epochMillis) {
    return epochMillis < 0 || epochMillis > Payload.MAX_EVENT_TIME_MILLIS;
  }

  /**
   * Reads a record with its key; whatever the bytes are, the answer is one of {@link Decoded}'s
   * cases. For readers who rely on the key: an event under a key that is not its own is refused.
   */
  public static Decoded decode(byte @Nullable [] key, Headers headers, byte @Nullable [] value) {
    if (key != null && key.length > MAX_KEY_BYTES) {
      return refused(
          Code.TOO_LARGE, "the key has " + key.length + " bytes, at most " + MAX_KEY_BYTES);
    }
    Decoded decoded = decode(headers, value);
    return decoded instanceof Decoded.Event event
            && !Arrays.equals(key, utf8(event.envelope().data().recordKey()))
        ? refused(Code.DOES_NOT_FIT_TYPE, "the key is not the one that the data says")
        : decoded;
  }

  /**
   * What a record says that it is, without reading it; empty where it does not say, or names what
   * is not known here. For those who read a few types of a topic.
   */
  public static Optional<Class<? extends Payload>> type(Headers headers) {
    Header type = headers.lastHeader("ce_type");
    return type == null || type.value() == null
        ? Optional.empty()
        : PayloadTypes.named(new String(type.value(), StandardCharsets.UTF_8));
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
      Attributes attributes = Attributes.of(headers);
      if (!required("ce_specversion", attributes.specVersion).equals("1.0")) {
        return refused(Code.HEADER_MALFORMED, "ce_specversion must be 1.0");
      }
      String typeName = required("ce_type", attributes.type);
      Optional<Class<? extends Payload>> type = PayloadTypes.named(typeName);
      if (type.isEmpty()) {
        return new Decoded.UnknownType(typeName);
      }
      String id = required("ce_id", attributes.id);
      String source = required("ce_source", attributes.source);
      Instant ingestedAt = instant("ce_ingestedat", attributes.ingestedAt);
      String traceparent = text("ce_traceparent", attributes.traceparent);
      Payload data = KINDS.get(type.get()).reader().readValue(value);
      if (data == null) {
        return refused(Code.DOES_NOT_FIT_TYPE, "the value is JSON null");
      }
      if (outOfTime(data.eventTimeMillis())) {
        return refused(
            Code.DOES_NOT_FIT_TYPE, "eventTimeMillis is not between the years 1970 and 9999");
      }
      return new Decoded.Event(new Envelope<>(id, source, ingestedAt, traceparent, data));
    } catch (HeaderProblem e) {
      return refused(e.code, e.getMessage());
    } catch (JsonProcessingException e) {
      return refused(e, value);
    } catch (IOException e) {
      return refused(Code.NOT_JSON, "the value cannot be read");
    } catch (IllegalArgumentException e) {
      return refused(Code.HEADER_MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private static Decoded.Refused refused(JsonProcessingException e, byte[] value) {
    if (cause(StreamConstraintsException.class, e) != null) {
      return refused(
          Code.TOO_LARGE, "the value is nested too deeply or has too long or too large a part");
    }
    if (!(e instanceof JsonMappingException misfit)
        || cause(StreamReadException.class, e) != null) {
      JsonLocation at = e.getLocation();
      return refused(
          Code.NOT_JSON,
          "the value is not JSON" + (at == null ? "" : " at byte " + at.getByteOffset()));
    }
    return refused(
        Code.DOES_NOT_FIT_TYPE,
        isMissing(misfit, value)
            ? "field " + path(misfit) + " is missing"
            : "the value does not fit the type at " + path(misfit));
  }

  // The reader reports a field that is missing and one that does not fit alike; people want to
  // know.
  private static boolean isMissing(JsonMappingException misfit, byte[] value) {
    if (misfit.getPath().isEmpty()) {
      return false;
    }
    try {
      JsonNode node = Json.CONTRACT.readTree(value);
      for (JsonMappingException.Reference step : misfit.getPath()) {
        node =
            step.getFieldName() == null
                ? node.path(step.getIndex())
                : node.path(step.getFieldName());
      }
      return node.isMissingNode() || node.isNull();
    } catch (IOException e) {
      return false;
    }
  }

  private static <T extends Throwable> @Nullable T cause(Class<T> type, Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
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

  private static void put(Headers headers, boolean replace, String name, byte[] value) {
    if (replace) {
      headers.remove(name);
    }
    headers.add(name, value);
  }

  private static byte[] constant(String text) {
    byte[] known = UTF8.get(text);
    if (known != null) {
      return known;
    }
    byte[] bytes = utf8(text);
    if (UTF8.size() < MAX_CONSTANTS) {
      UTF8.put(text, bytes);
    }
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The headers that a reader asks for, found in one pass; the last of a name counts. */
  private static final class Attributes {
    private byte @Nullable [] specVersion;
    private byte @Nullable [] type;
    private byte @Nullable [] id;
    private byte @Nullable [] source;
    private byte @Nullable [] ingestedAt;
    private byte @Nullable [] traceparent;

    static Attributes of(Headers headers) {
      Attributes found = new Attributes();
      for (Header header : headers) {
        switch (header.key()) {
          case "ce_specversion" -> found.specVersion = header.value();
          case "ce_type" -> found.type = header.value();
          case "ce_id" -> found.id = header.value();
          case "ce_source" -> found.source = header.value();
          case "ce_ingestedat" -> found.ingestedAt = header.value();
          case "ce_traceparent" -> found.traceparent = header.value();
          default -> {}
        }
      }
      return found;
    }
  }

  private static String required(String name, byte @Nullable [] bytes) throws HeaderProblem {
    String value = text(name, bytes);
    if (value == null || value.isEmpty()) {
      throw new HeaderProblem(Code.HEADER_MISSING, "header " + name + " is missing");
    }
    return value;
  }

  private static @Nullable String text(String name, byte @Nullable [] bytes) throws HeaderProblem {
    if (bytes == null) {
      return null;
    }
    checkLength(name, bytes);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(utf8(text), bytes)) {
      throw new HeaderProblem(Code.HEADER_MALFORMED, "header " + name + " is not UTF-8");
    }
    return text;
  }

  private static void checkLength(String name, byte[] bytes) throws HeaderProblem {
    if (bytes.length > 4 * Envelope.MAX_ATTRIBUTE_LENGTH) {
      throw new HeaderProblem(Code.HEADER_MALFORMED, "header " + name + " is too long");
    }
  }

  private static Instant instant(String name, byte @Nullable [] text) throws HeaderProblem {
    if (text == null || text.length == 0) {
      throw new HeaderProblem(Code.HEADER_MISSING, "header " + name + " is missing");
    }
    checkLength(name, text);
    try {
      Instant time = Rfc3339.parse(text);
      if (!outOfTime(time.toEpochMilli())) {
        return time;
      }
    } catch (DateTimeException | ArithmeticException e) {
      // Refused below, with the same words.
    }
    throw new HeaderProblem(Code.HEADER_MALFORMED, "header " + name + " is not a UTC time");
  }

  private static final class HeaderProblem extends Exception {
    private final Code code;

    HeaderProblem(Code code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }
}
