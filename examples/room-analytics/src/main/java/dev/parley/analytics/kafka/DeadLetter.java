package dev.parley.analytics.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * A record that is in no figure, as it came, with headers that say where from and why. Nothing is
 * left out silently.
 */
final class DeadLetter {
  /** Why a record was not counted, beside the reasons of the contract's reader. */
  enum Code {
    /** Its type belongs on another topic. */
    WRONG_TOPIC,
    /** It is keyed by another room than its data names. */
    KEY_MISMATCH,
    /** Header and data disagree about its time, or the time lies ahead of the writer's clock. */
    TIME_UNTRUSTED,
    /** Its hour is closed. */
    LATE
  }

  private DeadLetter() {}

  static Record<byte[], byte[]> of(
      Record<byte[], byte[]> record, RecordMetadata origin, Enum<?> code, String reason) {
    Headers headers = new RecordHeaders(record.headers());
    put(headers, "dead-letter-topic", origin.topic());
    put(headers, "dead-letter-partition", Integer.toString(origin.partition()));
    put(headers, "dead-letter-offset", Long.toString(origin.offset()));
    put(headers, "dead-letter-code", code.name().toLowerCase(Locale.ROOT));
    put(headers, "dead-letter-reason", reason);
    return record.withHeaders(headers);
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
