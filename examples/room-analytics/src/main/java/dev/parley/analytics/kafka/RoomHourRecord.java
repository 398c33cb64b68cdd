package dev.parley.analytics.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.analytics.hour.RoomHour;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.Json;
import dev.parley.events.id.RoomKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Results as records, in the envelope that Parley's own topics have: CloudEvents, Kafka protocol
 * binding, binary mode.
 */
final class RoomHourRecord {
  static final String TYPE = "dev.parley.example.room-hour.v1";
  static final String SOURCE = "/parley/examples/room-analytics";

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private RoomHourRecord() {}

  static Record<byte[], byte[]> of(RoomHour result) {
    String key = new RoomKey(result.appId(), result.roomId()).toString();
    Headers headers = new RecordHeaders();
    add(headers, "content-type", "application/json");
    add(headers, "ce_specversion", "1.0");
    // From what the result is about, so that computing it again after a crash gives the same id.
    add(
        headers,
        "ce_id",
        EventIds.derived(
            TYPE,
            key,
            Long.toString(result.hourStartTimeMillis()),
            Integer.toString(result.revision())));
    add(headers, "ce_source", SOURCE);
    add(headers, "ce_type", TYPE);
    add(headers, "ce_subject", result.roomId().value());
    add(headers, "ce_time", MILLIS.format(Instant.ofEpochMilli(result.asOfTimeMillis())));
    add(headers, "ce_partitionkey", key);
    return new Record<>(utf8(key), json(result), Math.max(0, result.asOfTimeMillis()), headers);
  }

  private static byte[] json(RoomHour result) {
    try {
      return Json.mapper().writeValueAsBytes(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result does not serialise", e);
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, utf8(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
