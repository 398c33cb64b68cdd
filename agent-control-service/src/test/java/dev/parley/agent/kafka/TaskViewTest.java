package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.TaskSnapshots;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TaskViewTest {
  private static final Running RUNNING =
      new Requested(Samples.facts()).dispatched(NOW).running(NOW);

  private final TaskView view = new TaskView(100, new WaitingTasks(app -> "default", 60));
  private final TaskView small = new TaskView(2, new WaitingTasks(app -> "default", 60));

  private static AgentTask task(AgentTaskState state, Instant at) {
    return TaskSnapshots.snapshot(state, null, null, null, at);
  }

  private AgentTask.State seen() {
    return view.find(APP, TASK).orElseThrow().task().state();
  }

  @Test
  void aTaskThatHasEndedStaysSo() {
    // Given
    view.changed(task(RUNNING.stopping(NOW, StopReason.REQUESTED).stopped(NOW), NOW));

    // When: a worker that stood still writes what it last knew
    view.changed(task(RUNNING, NOW.plusSeconds(1)));

    // Then
    assertThat(seen()).isEqualTo(AgentTask.State.STOPPED);
  }

  @Test
  void theStartThatTheWorkerCarriedOutIsTheTasksOwn() {
    // Given: this instance answered a start that came to Kafka after another one
    view.requested(Samples.start("c-second"));

    // When
    view.changed(task(RUNNING, NOW));

    // Then
    assertThat(view.find(APP, TASK).orElseThrow().startCommandId()).isEqualTo(new CommandId("c-1"));
  }

  @Test
  void beyondItsBoundTheTaskThatEndedFirstIsForgottenAndStaysSo() {
    // Given
    for (int i = 0; i < 3; i++) {
      small.changed(ended("t-" + i, NOW.plusSeconds(i)));
    }
    assertThat(small.list(task -> true))
        .extracting(AgentTask::taskId)
        .containsExactly(new TaskId("t-2"), new TaskId("t-1"));

    // When: starts are read after the tasks that came of them
    for (int i = 0; i < 3; i++) {
      small.requested(start("t-" + i, NOW.plusSeconds(i)));
    }

    // Then
    assertThat(small.find(APP, new TaskId("t-0"))).isEmpty();
    assertThat(small.list(task -> task.state() == AgentTask.State.REQUESTED)).isEmpty();
  }

  @Test
  void aStartAfterThoseThatWereForgottenIsATask() {
    // Given
    for (int i = 0; i < 3; i++) {
      small.changed(ended("t-" + i, NOW.plusSeconds(i)));
    }

    // When
    small.requested(start("t-new", NOW.plusSeconds(4)));

    // Then
    assertThat(small.find(APP, new TaskId("t-new")).orElseThrow().task().state())
        .isEqualTo(AgentTask.State.REQUESTED);
  }

  @Test
  void aTaskThatEndedAndBeganAnewIsNotForgotten() {
    // Given
    small.changed(ended("t-0", NOW));
    small.changed(task(new Requested(facts("t-0", NOW.plusSeconds(1))), NOW.plusSeconds(1)));

    // When
    small.changed(ended("t-1", NOW.plusSeconds(2)));
    small.changed(ended("t-2", NOW.plusSeconds(3)));

    // Then
    assertThat(small.list(task -> true))
        .extracting(AgentTask::taskId)
        .containsExactly(new TaskId("t-2"), new TaskId("t-0"));
  }

  @Test
  void aTaskWhoseEndIsToldAgainLaterEndedThen() {
    // Given
    small.changed(ended("t-0", NOW));
    small.changed(ended("t-1", NOW.plusSeconds(1)));
    small.changed(ended("t-0", NOW.plusSeconds(2)));

    // When
    small.changed(ended("t-2", NOW.plusSeconds(3)));

    // Then
    assertThat(small.find(APP, new TaskId("t-0"))).isPresent();
    assertThat(small.find(APP, new TaskId("t-1"))).isEmpty();
  }

  @Test
  void whatIsDoneForATaskAfterItsEndDoesNotMakeItEndLater() {
    // Given
    small.changed(ended("t-0", NOW));
    small.changed(ended("t-1", NOW.plusSeconds(1)));
    small.changed(task(new Requested(facts("t-0", NOW)).endedByCloud(NOW), NOW.plusSeconds(2)));

    // When
    small.changed(ended("t-2", NOW.plusSeconds(3)));

    // Then
    assertThat(small.find(APP, new TaskId("t-0"))).isEmpty();
    assertThat(small.find(APP, new TaskId("t-1"))).isPresent();
  }

  @Test
  void whatWasDeletedMakesRoom() {
    // Given
    small.changed(ended("t-0", NOW));
    small.changed(ended("t-1", NOW.plusSeconds(1)));
    small.removed(APP.value() + ":" + ROOM.value() + ":t-0");

    // When
    small.changed(ended("t-2", NOW.plusSeconds(2)));

    // Then
    assertThat(small.list(task -> true))
        .extracting(AgentTask::taskId)
        .containsExactly(new TaskId("t-2"), new TaskId("t-1"));
  }

  @Test
  void tasksThatGoOnAreNotForgottenHoweverManyThereAre() {
    // Given
    for (int i = 0; i < 3; i++) {
      small.changed(task(new Requested(facts("t-" + i, NOW.plusSeconds(i))), NOW.plusSeconds(i)));
    }

    // When
    small.changed(ended("t-3", NOW.plusSeconds(3)));

    // Then
    assertThat(small.list(task -> true))
        .extracting(AgentTask::taskId)
        .containsExactly(new TaskId("t-2"), new TaskId("t-1"), new TaskId("t-0"));
  }

  private static StartAgent start(String taskId, Instant at) {
    return Samples.start(ROOM, new TaskId(taskId), "c-" + taskId, at);
  }

  private static AgentTask ended(String taskId, Instant at) {
    return task(new Requested(facts(taskId, at)).endedByCloud(at), at);
  }

  private static TaskFacts facts(String taskId, Instant at) {
    CommandId started = new CommandId("c-" + taskId);
    return new TaskFacts(
        APP,
        ROOM,
        new TaskId(taskId),
        "assistant",
        Samples.AGENT,
        Samples.TARGET,
        at,
        started,
        started);
  }

  @Test
  void theSameTaskAskedForAnewBeginsAgain() {
    // Given
    view.changed(task(RUNNING.stopping(NOW, StopReason.REQUESTED).stopped(NOW), NOW));
    Instant twoDaysLater = NOW.plus(Duration.ofDays(2));

    // When
    view.changed(task(new Requested(Samples.facts(twoDaysLater)), twoDaysLater));

    // Then
    assertThat(seen()).isEqualTo(AgentTask.State.REQUESTED);
  }
}
