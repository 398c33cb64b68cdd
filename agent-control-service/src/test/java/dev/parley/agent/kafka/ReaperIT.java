package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.events.AgentTask;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agents that nobody needs any more are stopped, whatever becomes of workers meanwhile. */
class ReaperIT extends WorkerHarness {
  @Test
  void anAgentWhoseUserStaysAwayIsStopped() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(300);
    start();
    running();

    // When
    publish(
        new UserLeft(
            APP, room, System.currentTimeMillis(), Evidence.CLOUD, TARGET, LeaveReason.QUIT));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
    assertThat(cloud.active()).doesNotContain(task.value());
    assertThat(metrics.counter("parley.agent.billed.seconds.avoided").count()).isGreaterThan(100);
  }

  @Test
  void anAgentWhoseUserComesBackInTimeStays() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(800);
    start();
    running();

    // When
    publish(
        new UserLeft(
            APP,
            room,
            System.currentTimeMillis(),
            Evidence.CLOUD,
            TARGET,
            LeaveReason.CONNECTION_LOST));
    publish(new UserJoined(APP, room, System.currentTimeMillis(), Evidence.CLOUD, TARGET));

    // Then
    await()
        .during(Duration.ofSeconds(2))
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.state(task).orElseThrow().state())
                    .isEqualTo(AgentTask.State.RUNNING));
  }

  @Test
  void aWorkerThatTakesOverGoesOnWithTheGraceOfTheOneBefore() throws InterruptedException {
    // Given
    CommandLoop first = start();
    runningWithoutItsUser();

    // When
    first.crash();
    targetLeftGrace = Duration.ofMillis(300);
    start();

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
  }

  @Test
  void aUserWhoCameBackWhileNobodyWorkedKeepsTheAgent() throws InterruptedException {
    // Given
    CommandLoop first = start();
    runningWithoutItsUser();
    first.crash();

    // When
    joined();
    targetLeftGrace = Duration.ofSeconds(3);
    start();

    // Then
    staysRunning(Duration.ofSeconds(4));
    assertThat(reader.state(task).orElseThrow().targetLeftTimeMillis()).isNull();
  }

  @Test
  void aTakeOverBeforeTheUserJoinedStopsNothing() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(300);
    CommandLoop first = start();
    running();
    publish(
        new RoomState(
            APP,
            room,
            System.currentTimeMillis(),
            true,
            System.currentTimeMillis(),
            List.of(new RoomState.User(AGENT, System.currentTimeMillis(), List.of(), false, false)),
            List.of()));

    // When
    first.crash();
    start();

    // Then
    staysRunning(Duration.ofSeconds(2));
    joined();
    left(LeaveReason.QUIT);
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
  }

  @Test
  void aUserWhoLeftBeforeAWorkerCameToTheStartIsNotForgotten() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(300);
    start();
    Instant asked = Instant.now();
    left(LeaveReason.QUIT);
    RoomId other = room;
    await()
        .during(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.state(task)).isEmpty());

    // When
    publish(Samples.start(other, task, commandId("c-late"), asked));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
    assertThat(cloud.active()).doesNotContain(task.value());
  }

  @Test
  void aRoomThatStaysClosedStopsItsAgent() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(300);
    start();
    running();

    // When
    publish(
        new RoomClosed(
            APP, room, System.currentTimeMillis(), Evidence.CLOUD, RoomEvent.CloseReason.EMPTY));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.ROOM_CLOSED);
  }

  @Test
  void aRoomThatOpenedAgainWhileNobodyWorkedKeepsItsAgent() throws InterruptedException {
    // Given
    CommandLoop first = start();
    running();
    first.crash();

    // When
    left(LeaveReason.CONNECTION_LOST);
    publish(
        new RoomClosed(
            APP, room, System.currentTimeMillis(), Evidence.INFERRED, RoomEvent.CloseReason.EMPTY));
    publish(new RoomEvent.RoomOpened(APP, room, System.currentTimeMillis(), Evidence.CLOUD));
    joined();
    targetLeftGrace = Duration.ZERO;
    start();

    // Then
    staysRunning(Duration.ofSeconds(2));
    assertThat(actions(task)).containsExactly(Action.START);
  }

  @Test
  void whatWasOverBeforeTheStartStopsNothing() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ZERO;
    start();
    long before = System.currentTimeMillis() - 1;
    running();

    // When: the gateway tells late of the visit before
    publish(new UserLeft(APP, room, before, Evidence.CLOUD, TARGET, LeaveReason.QUIT));
    publish(new RoomClosed(APP, room, before, Evidence.CLOUD, RoomEvent.CloseReason.EMPTY));

    // Then
    staysRunning(Duration.ofSeconds(2));
    assertThat(actions(task)).containsExactly(Action.START);
  }

  private void runningWithoutItsUser() throws InterruptedException {
    running();
    left(LeaveReason.QUIT);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.state(task).orElseThrow().targetLeftTimeMillis()).isPositive());
  }

  private void staysRunning(Duration time) {
    await()
        .during(time)
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.state(task).orElseThrow().state())
                    .isEqualTo(AgentTask.State.RUNNING));
  }

  @Test
  void aUserWhoLeftBeforeAWorkerRestartedIsNotForgotten() throws InterruptedException {
    // Given: the departure is read and committed by a worker that ends before it comes to the start
    targetLeftGrace = Duration.ofMillis(300);
    CommandLoop first = start();
    Instant asked = Instant.now();
    left(LeaveReason.QUIT);
    publish(
        Samples.start(
            new RoomId(room + "-other"), new TaskId(task + "-other"), commandId("c-1"), asked));
    awaitState(new TaskId(task + "-other"), AgentTask.State.DISPATCHED);
    await()
        .during(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.state(task)).isEmpty());
    first.close();

    // When
    publish(Samples.start(room, task, commandId("c-late"), asked));
    start();

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
    assertThat(cloud.active()).doesNotContain(task.value());
  }

  @Test
  void anAgentWhoseUserNeverComesIsStopped() throws InterruptedException {
    // Given
    targetJoinGrace = Duration.ofSeconds(2);
    start();
    opened();

    // When
    running();

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
  }

  @Test
  void anAgentWhoseUserWasThereBeforeItStays() throws InterruptedException {
    // Given
    targetJoinGrace = Duration.ofMillis(300);
    start();
    opened();
    joined();
    await()
        .during(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.state(task)).isEmpty());

    // When
    running();

    // Then
    staysRunning(Duration.ofSeconds(1));
  }

  @Test
  void theNextWorkerStopsAnAgentWhoseUserNeverCame() throws InterruptedException {
    // Given
    CommandLoop first = start();
    running();
    publish(
        new RoomState(
            APP,
            room,
            System.currentTimeMillis(),
            true,
            System.currentTimeMillis(),
            List.of(new RoomState.User(AGENT, System.currentTimeMillis(), List.of(), false, false)),
            List.of()));

    // When
    first.crash();
    targetJoinGrace = Duration.ofMillis(300);
    start();

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
  }

  private void opened() throws InterruptedException {
    publish(new RoomEvent.RoomOpened(APP, room, System.currentTimeMillis(), Evidence.CLOUD));
    await()
        .during(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.state(task)).isEmpty());
  }

  @Test
  void aTakeOverDoesNotBeginToCountSilenceAnew() throws InterruptedException {
    // Given: an agent of which workers before have heard nothing for forty minutes
    Instant before = Instant.now().minus(Duration.ofMinutes(40));
    publish(
        TaskSnapshots.snapshot(
            new AgentTaskState.Requested(
                    new TaskFacts(
                        APP,
                        room,
                        task,
                        "assistant",
                        AGENT,
                        TARGET,
                        before,
                        new CommandId("c-start-" + task),
                        new CommandId("c-start-" + task)))
                .dispatched(before)
                .running(before),
            null,
            null,
            null,
            before));

    // When
    start();

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.SILENCE);
  }

  @Test
  void anAgentThatIsHeardIsNotSilentForTheNextWorker() throws InterruptedException {
    // Given: it is written down every half a second that it was heard
    silence = Duration.ofSeconds(3);
    CommandLoop first = start();
    running();
    long since = reader.state(task).orElseThrow().eventTimeMillis();

    // When
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              publishRunStage("inference");
              assertThat(reader.state(task).orElseThrow().eventTimeMillis())
                  .isGreaterThan(since + 3_500);
            });
    assertThat(reader.state(task).orElseThrow().state()).isEqualTo(AgentTask.State.RUNNING);
    first.crash();
    start();

    // Then: nobody hears of it any more
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.SILENCE);
  }
}
