package dev.parley.events.codec;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Payload;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters of consumers: a record that was refused becomes a {@link BadRow} which says where it
 * came from and why, and from which the record can be written again. Pure: the same record gives
 * the same row under the same id, so that a crash between write and commit does no harm.
 */
public final class BadRows {
  /** Most headers that are kept. */
  static final int MAX_HEADERS = 64;

  /** Most bytes of key, header names and header values together that are kept. */
  static final int MAX_ORIGIN_BYTES = 16 * 1024;

  private static final String TOPIC = "topic";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String TIMESTAMP = "timestamp";
  private static final String KEY = "key";
  private static final String HEADER = "header.";
  private static final String INCOMPLETE = "incomplete";
  private static final String BASE64 = "base64:";
  private static final String NULL = "null";

  private BadRows() {}

  /**
   * The bad row of a refused record.
   *
   * @param record as it was read, key as text or bytes
   * @param now taken as the time where the record has none
   */
  public static BadRow ofRecord(
      ConsumerRecord<?, byte[]> record, Decoded.Refused refused, Instant now) {
    return of(record, refused.code().name().toLowerCase(Locale.ROOT), refused.reason(), now);
  }

  /**
   * The bad row of a record that a consumer itself could not handle.
   *
   * @param code stable, for programs
   * @param reason one sentence for people; quotes no content
   */
  public static BadRow ofRecord(
      ConsumerRecord<?, byte[]> record, String code, String reason, Instant now) {
    return of(record, code, reason, now);
  }

  private static BadRow of(
      ConsumerRecord<?, byte[]> record, String code, String reason, Instant now) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    boolean truncated = value.length > BadRow.MAX_RAW_BYTES;
    byte[] key = keyBytes(record.key());
    String[] ids = ids(key);
    return new BadRow(
        ids[0],
        ids[1],
        inTime(record.timestamp()) ? record.timestamp() : now.toEpochMilli(),
        BadRow.Source.TOPIC,
        code,
        reason,
        Bytes.of(truncated ? Arrays.copyOf(value, BadRow.MAX_RAW_BYTES) : value),
        truncated,
        origin(record, key));
  }

  /** The id under which the bad row of this record is written, however often it is. */
  public static String idOf(ConsumerRecord<?, ?> record) {
    return EventIds.derived(
        "bad-record",
        record.topic(),
        Integer.toString(record.partition()),
        Long.toString(record.offset()));
  }

  /**
   * The record as it was, to be written to its topic again; the partition follows from the key.
   *
   * @return empty when the row does not come from a topic or is not complete
   */
  public static Optional<ProducerRecord<byte @Nullable [], byte[]>> replay(BadRow row) {
    Map<String, String> origin = row.origin();
    String topic = origin.get(TOPIC);
    if (row.source() != BadRow.Source.TOPIC
        || topic == null
        || row.truncated()
        || origin.containsKey(INCOMPLETE)) {
      return Optional.empty();
    }
    String key = origin.get(KEY);
    ProducerRecord<byte @Nullable [], byte[]> record =
        new ProducerRecord<>(topic, key == null ? null : bytes(key), row.raw().toArray());
    new TreeMap<>(origin)
        .forEach(
            (name, text) -> {
              if (name.startsWith(HEADER)) {
                String header = name.substring(name.indexOf('.', HEADER.length()) + 1);
                record.headers().add(header, text.equals(NULL) ? null : bytes(text));
              }
            });
    return Optional.of(record);
  }

  /** What a dead letter's own headers say beside the attributes of every event. */
  static Map<String, String> originOf(BadRow row) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_reasoncode", row.code());
    if (row.source() == BadRow.Source.TOPIC) {
      put(headers, "ce_origintopic", row.origin().get(TOPIC));
      put(headers, "ce_originpartition", row.origin().get(PARTITION));
      put(headers, "ce_originoffset", row.origin().get(OFFSET));
    }
    return headers;
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private static Map<String, String> origin(
      ConsumerRecord<?, byte[]> record, byte @Nullable [] key) {
    Map<String, String> origin = new LinkedHashMap<>();
    origin.put(TOPIC, record.topic());
    origin.put(PARTITION, Integer.toString(record.partition()));
    origin.put(OFFSET, Long.toString(record.offset()));
    origin.put(TIMESTAMP, Long.toString(record.timestamp()));
    int left = MAX_ORIGIN_BYTES;
    if (key != null) {
      left -= key.length;
      if (left < 0) {
        origin.put(INCOMPLETE, "the key has " + key.length + " bytes and was left out");
        return origin;
      }
      origin.put(KEY, text(key));
    }
    keepHeaders(record.headers(), left, origin);
    return origin;
  }

  private static void keepHeaders(Headers headers, int bytes, Map<String, String> origin) {
    int left = bytes;
    int index = 0;
    for (Header header : headers) {
      byte[] value = header.value();
      left -= header.key().length() * 3 + (value == null ? 0 : value.length);
      if (index == MAX_HEADERS || left < 0) {
        origin.put(INCOMPLETE, "headers from the " + (index + 1) + ". on were left out");
        return;
      }
      // Numbered: a map has no order, and a record may carry a name twice.
      String name = HEADER + String.format(Locale.ROOT, "%02d", index++) + "." + header.key();
      origin.put(name, value == null ? NULL : text(value));
    }
  }

  private static byte @Nullable [] keyBytes(@Nullable Object key) {
    return switch (key) {
      case null -> null;
      case byte[] bytes -> bytes;
      default -> key.toString().getBytes(StandardCharsets.UTF_8);
    };
  }

  // Only what keeps the rules of ids: a poisoned key must not become a field that people trust.
  private static @Nullable String[] ids(byte @Nullable [] key) {
    @Nullable String[] none = {null, null};
    String[] parts =
        key == null ? new String[0] : new String(key, StandardCharsets.UTF_8).split(":", 3);
    if (parts.length < 2) {
      return none;
    }
    try {
      return new String[] {new AppId(parts[0]).value(), new RoomId(parts[1]).value()};
    } catch (IllegalArgumentException e) {
      return none;
    }
  }

  private static boolean inTime(long epochMillis) {
    return epochMillis >= 0 && epochMillis <= Payload.MAX_EVENT_TIME_MILLIS;
  }

  private static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)
            && !text.startsWith(BASE64)
            && !text.equals(NULL)
        ? text
        : BASE64 + Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] bytes(String text) {
    return text.startsWith(BASE64)
        ? Base64.getDecoder().decode(text.substring(BASE64.length()))
        : text.getBytes(StandardCharsets.UTF_8);
  }
}
