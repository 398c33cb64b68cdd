package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.kafka.WaitingTasks.Place;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentTask;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingTasksTest {
  /** Two calls a second and partition. */
  private final WaitingTasks waiting = new WaitingTasks(appId -> "default", 24);

  private final AgentTask first = requested("t-1", 0);
  private final AgentTask second = requested("t-2", 1);
  private final AgentTask third = requested("t-3", 2);

  // All of one room, which is to say of one partition.
  private static AgentTask requested(String task, int seconds) {
    Instant at = Samples.NOW.plusSeconds(seconds);
    StartAgent start = Samples.start(Samples.ROOM, new TaskId(task), "c-" + task, at);
    return TaskView.asTask(start);
  }

  @Test
  void whoAskedFirstIsFirst() {
    // When: told in another order
    waiting.changed(null, third);
    waiting.changed(null, first);
    waiting.changed(null, second);

    // Then
    assertThat(waiting.find(first)).contains(new Place(Action.START, 1, Duration.ZERO));
    assertThat(waiting.find(second)).contains(new Place(Action.START, 2, Duration.ZERO));
    assertThat(waiting.find(third)).contains(new Place(Action.START, 3, Duration.ofMillis(1_100)));
  }

  @Test
  void whoWasServedMakesRoom() {
    // Given
    waiting.changed(null, first);
    waiting.changed(null, second);
    AgentTask served = in(first, AgentTask.State.DISPATCHED, null);

    // When
    waiting.changed(first, served);

    // Then
    assertThat(waiting.find(served)).isEmpty();
    assertThat(waiting.find(second)).contains(new Place(Action.START, 1, Duration.ZERO));
  }

  @Test
  void toldTwiceIsOnePlace() {
    // When
    waiting.changed(null, first);
    waiting.changed(first, first);
    waiting.changed(null, second);

    // Then
    assertThat(waiting.find(second)).map(Place::number).contains(2);
  }

  @Test
  void stopsWaitInALineOfTheirOwn() {
    // Given
    AgentTask stopping = in(second, AgentTask.State.STOPPING, Samples.NOW.plusSeconds(9));

    // When
    waiting.changed(null, first);
    waiting.changed(null, stopping);

    // Then
    assertThat(waiting.find(stopping)).contains(new Place(Action.STOP, 1, Duration.ZERO));
  }

  @Test
  void whatIsForgottenWaitsNoMore() {
    // Given
    waiting.changed(null, first);
    waiting.changed(null, second);

    // When
    waiting.changed(first, null);

    // Then
    assertThat(waiting.find(second)).map(Place::number).contains(1);
  }

  @Test
  void otherPartitionsHaveTheirOwnPartOfTheQuota() {
    // Given: a room on another partition, by Kafka's own hash of its key
    StartAgent elsewhere =
        Samples.start(new RoomId("elsewhere"), new TaskId("t-9"), "c-9", Samples.NOW);
    AgentTask there = TaskView.asTask(elsewhere);

    // When
    waiting.changed(null, there);
    waiting.changed(null, third);

    // Then
    assertThat(waiting.find(third)).map(Place::number).contains(1);
  }

  private static AgentTask in(AgentTask task, AgentTask.State state, @Nullable Instant stopping) {
    return new AgentTask(
        task.appId(),
        task.roomId(),
        task.eventTimeMillis(),
        task.taskId(),
        state,
        task.scene(),
        task.agentUserId(),
        task.targetUserId(),
        task.lastCommandId(),
        task.requestedTimeMillis(),
        null,
        null,
        stopping == null ? null : stopping.toEpochMilli(),
        null,
        null,
        null,
        null,
        null,
        null,
        task.startCommandId());
  }
}
