package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskSnapshots;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.testkit.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TaskReaderTest {
  private final MutableClock clock = new MutableClock(NOW);
  private final TaskView view = new TaskView(100, new WaitingTasks(app -> "default", 60));
  private final TaskReader reader =
      new TaskReader(
          view,
          new TaskEvents(10, Duration.ofHours(1), clock),
          new SeenCommands(),
          new SimpleMeterRegistry(),
          clock,
          Samples.TTL,
          Map.of());

  private void learn(Payload data) {
    ProducerRecord<String, byte[]> written =
        EventCodec.toEncodedRecord(new Envelope<>("id-1", "/parley/test", NOW, null, data));
    reader.learn(
        new ConsumerRecord<>(
            written.topic(),
            3,
            7,
            NOW.toEpochMilli(),
            TimestampType.CREATE_TIME,
            written.key().length(),
            written.value().length,
            written.key(),
            written.value(),
            written.headers(),
            Optional.empty()));
  }

  @Test
  void aStartThatNobodyHasTakenUpIsShown() {
    // When: it has expired, and a worker has yet to say so
    clock.advance(Samples.TTL.multipliedBy(2).minusMillis(1));
    learn(Samples.start("c-1"));

    // Then
    assertThat(view.find(APP, TASK).orElseThrow().task().state())
        .isEqualTo(AgentTask.State.REQUESTED);
  }

  @Test
  void theStartOfAForgottenTaskDoesNotBringItBack() {
    // When: an instance that starts reads what was asked for in the past
    clock.advance(Samples.TTL.multipliedBy(2));
    learn(Samples.start("c-1"));

    // Then
    assertThat(view.find(APP, TASK)).isEmpty();
  }

  @Test
  void aTaskThatIsRememberedIsShownHoweverOldItsStart() {
    // Given
    clock.advance(Duration.ofHours(3));

    // When
    learn(Samples.start("c-1"));
    learn(
        TaskSnapshots.snapshot(
            new Requested(Samples.facts()).dispatched(NOW).running(NOW), null, null, null, NOW));

    // Then
    assertThat(view.find(APP, TASK).orElseThrow().task().state())
        .isEqualTo(AgentTask.State.RUNNING);
  }
}
