package dev.parley.agent.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.Samples;
import dev.parley.agent.usage.UsageLedger;
import dev.parley.agent.usage.UsageLedger.By;
import dev.parley.agent.usage.UsageSum;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.Failure;
import dev.parley.events.StopReason;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
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
  private final UsageLedger ledger = new UsageLedger(10, Duration.ofDays(1));
  private final UsageReader reader =
      new UsageReader(ledger, metrics, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(1));

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

  private void tell(AgentEvent event) {
    Headers headers = new RecordHeaders();
    reader.learn(
        record(
            headers,
            EventCodec.encode(new Envelope<>("id", "/parley/test", NOW, null, event), headers)));
  }

  private static AgentRequested requested(TaskId task) {
    return new AgentRequested(
        Samples.APP,
        USED.roomId(),
        NOW.toEpochMilli(),
        task,
        new CommandId("c-1"),
        "sales",
        new UserId("agent-1"),
        new UserId("user-1"),
        "user-1");
  }

  private static AgentDispatched dispatched(TaskId task) {
    return new AgentDispatched(Samples.APP, USED.roomId(), NOW.toEpochMilli(), task, null);
  }

  private static AgentFailed failed(TaskId task) {
    return new AgentFailed(
        Samples.APP,
        USED.roomId(),
        NOW.toEpochMilli(),
        task,
        new Failure("agent_never_joined", "It did not come.", "Look.", null, null));
  }

  private static AgentStopped stopped(TaskId task, long activeMillis) {
    return new AgentStopped(
        Samples.APP,
        USED.roomId(),
        NOW.toEpochMilli(),
        task,
        StopReason.ENDED_BY_CLOUD,
        activeMillis);
  }

  @Test
  void anAgentThatTheCloudAcceptedAndNobodySawIsMarked() {
    // Given
    TaskId neverCame = new TaskId("t-never");
    TaskId endedByCloud = new TaskId("t-ended");
    TaskId refused = new TaskId("t-refused");
    TaskId billed = new TaskId("t-billed");
    TaskId seen = USED.taskId();

    // When
    for (TaskId task : List.of(neverCame, endedByCloud, refused, billed, seen)) {
      tell(requested(task));
    }
    for (TaskId task : List.of(neverCame, endedByCloud, seen)) {
      tell(dispatched(task));
    }
    tell(failed(neverCame));
    tell(stopped(endedByCloud, 0));
    tell(failed(refused));
    tell(failed(billed));
    tell(
        new AgentUsageReported(
            Samples.APP,
            USED.roomId(),
            NOW.toEpochMilli(),
            billed,
            null,
            JsonNodeFactory.instance.objectNode().put("ActiveSeconds", 7)));
    tell(
        new AgentRunning(
            Samples.APP, USED.roomId(), NOW.toEpochMilli(), seen, RunningEvidence.RUN_STAGE));
    tell(USED);
    tell(stopped(seen, 90_000));

    // Then
    assertThat(
            ledger.sum(
                Samples.APP,
                NOW.minusSeconds(3600),
                NOW.plusSeconds(1),
                By.TASK,
                ZoneOffset.UTC,
                NOW))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::unseen)
        .containsExactly(
            tuple("t-1", Duration.ofSeconds(90), 0L),
            tuple("t-billed", Duration.ZERO, 1L),
            tuple("t-ended", Duration.ZERO, 1L),
            tuple("t-never", Duration.ZERO, 1L));
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
