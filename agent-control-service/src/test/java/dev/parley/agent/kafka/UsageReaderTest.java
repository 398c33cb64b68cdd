package dev.parley.agent.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.agent.usage.UsageLedger;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class UsageReaderTest {
  private static final Instant NOW = Instant.parse("2025-06-15T15:00:00Z");
  private static final AgentUsageMeasured USED =
      new AgentUsageMeasured(
          Samples.APP,
          new RoomId("room-1"),
          NOW.toEpochMilli(),
          new TaskId("t-1"),
          "sales",
          NOW.minusSeconds(90).toEpochMilli(),
          90_000);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final UsageReader reader =
      new UsageReader(
          new UsageLedger(10, Duration.ofDays(1)),
          metrics,
          Clock.fixed(NOW, ZoneOffset.UTC),
          Duration.ofDays(1));

  @Test
  void usageThatCannotBeReadIsCounted() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(new Envelope<>("id-1", "/parley/test", NOW, null, USED), headers);

    // When
    reader.learn(record(headers, value));
    reader.learn(record(headers, "{not json".getBytes(UTF_8)));

    // Then
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void whatIsNoUsageIsNotItsBusiness() {
    // When
    reader.learn(record(new RecordHeaders(), "{not json".getBytes(UTF_8)));

    // Then
    assertThat(refused()).isZero();
  }

  private double refused() {
    return metrics.counter("parley.agent.records.refused", "reader", "usage").count();
  }

  private static ConsumerRecord<String, byte[]> record(Headers headers, byte[] value) {
    return new ConsumerRecord<>(
        "rtc.agent.events",
        3,
        7,
        NOW.toEpochMilli(),
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        value.length,
        USED.recordKey(),
        value,
        headers,
        Optional.empty());
  }
}
