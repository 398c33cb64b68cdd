package dev.parley.analytics.kafka;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * When a record's event happened, from its {@code ce_time}. A record without one, or with one that
 * lies clearly after the moment at which the record was written, does not move time: neither a
 * poisoned record nor a single clock that runs ahead may close the hours of every other room.
 */
public final class EventTime implements TimestampExtractor {
  /** How far the clock of whoever saw the event may be ahead of the writer's. */
  public static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTimeMillis) {
    long writtenMillis = Math.max(0, record.timestamp());
    long standIn = partitionTimeMillis < 0 ? writtenMillis : partitionTimeMillis;
    Header header = record.headers().lastHeader("ce_time");
    if (header == null || header.value() == null) {
      return standIn;
    }
    try {
      long toldMillis =
          Instant.parse(new String(header.value(), StandardCharsets.UTF_8)).toEpochMilli();
      boolean plausible = toldMillis >= 0 && toldMillis <= writtenMillis + MAX_AHEAD.toMillis();
      return plausible ? toldMillis : standIn;
    } catch (DateTimeException | ArithmeticException e) {
      return standIn;
    }
  }
}
