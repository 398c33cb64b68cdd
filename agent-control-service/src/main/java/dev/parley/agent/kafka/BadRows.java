package dev.parley.agent.kafka;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.codec.EventIds;
import dev.parley.kit.kafka.EventPublisher.Draft;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Records that cannot be worked on, as rows that keep them. */
final class BadRows {
  private static final int MAX_HEADER_BYTES = 512;

  private BadRows() {}

  static Draft of(ConsumerRecord<String, byte[]> record, String code, String reason, Instant now) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    boolean truncated = value.length > BadRow.MAX_RAW_BYTES;
    Map<String, String> origin = new LinkedHashMap<>();
    origin.put("topic", record.topic());
    origin.put("partition", Integer.toString(record.partition()));
    origin.put("offset", Long.toString(record.offset()));
    if (record.key() != null) {
      origin.put("key", cut(record.key()));
    }
    for (Header header : record.headers()) {
      if (header.value() != null && header.value().length <= MAX_HEADER_BYTES) {
        origin.put(
            "header." + cut(header.key()), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return new Draft(
        new BadRow(
            null,
            null,
            now.toEpochMilli(),
            BadRow.Source.TOPIC,
            code,
            reason,
            Bytes.of(truncated ? Arrays.copyOf(value, BadRow.MAX_RAW_BYTES) : value),
            truncated,
            origin),
        EventIds.derived(
            "bad-row",
            record.topic(),
            Integer.toString(record.partition()),
            Long.toString(record.offset())));
  }

  private static String cut(String text) {
    return text.length() <= MAX_HEADER_BYTES ? text : text.substring(0, MAX_HEADER_BYTES);
  }
}
