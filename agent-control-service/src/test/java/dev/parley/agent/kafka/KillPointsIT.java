package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.LeaseLostException;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentTask;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Workers are killed at every step of an agent's life: before and after each record, before a call,
 * and between a call and its answer. Each step has a room of its own that gets no further; when
 * every room has come to its step or to its end, the worker is killed and another takes over.
 */
class KillPointsIT extends WorkerHarness {
  /** More than an agent's life has; the last rooms are never killed. */
  private static final int STEPS = 36;

  /** Counts the steps of each room, and lets a room get no further than its step. */
  private static final class Killer {
    private final Map<String, Integer> left = new ConcurrentHashMap<>();
    private final Map<String, Boolean> dead = new ConcurrentHashMap<>();

    void step(String roomId) {
      Integer steps = left.computeIfPresent(roomId, (id, n) -> n - 1);
      if (dead.containsKey(roomId) || (steps != null && steps < 0)) {
        dead.put(roomId, true);
        throw new LeaseLostException();
      }
    }

    void arm(String roomId, int steps) {
      dead.remove(roomId);
      left.put(roomId, steps);
    }

    void disarm() {
      left.clear();
      dead.clear();
    }

    boolean dead(String roomId) {
      return dead.containsKey(roomId);
    }
  }

  private final Killer killer = new Killer();

  /** A room, its task, and what its gateway and its caller have done so far. */
  private static final class Life {
    private final RoomId room;
    private final TaskId task;
    private int done;

    Life(RoomId room, TaskId task) {
      this.room = room;
      this.task = task;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whereverWorkersAreKilledOneAgentStartsAndStops(int kills) throws InterruptedException {
    // Given
    // Nothing is committed on the way: every worker reads everything again.
    commitInterval = Duration.ofHours(1);
    targetLeftGrace = Duration.ofMillis(200);
    api =
        request -> {
          String roomId = request.body().path("RoomId").asText();
          killer.step(roomId);
          CloudOutcome outcome = cloud.call(request);
          killer.step(roomId);
          return outcome;
        };
    journal = new SteppedJournal();
    List<Life> lives = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      Life life = new Life(new RoomId(room + "-" + i), new TaskId(task + "-" + i));
      lives.add(life);
      killer.arm(life.room.value(), i);
    }
    for (Life life : lives) {
      publish(Samples.start(life.room, life.task, "c-start-" + life.task, Instant.now()));
    }

    // When
    for (int kill = 1; kill <= kills; kill++) {
      CommandLoop worker = start();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> goOn(lives, life -> killer.dead(life.room.value()) || over(life)));
      worker.crash();
      if (kill == 1) {
        // Every step but those beyond a life's end was one at which a worker died.
        assertThat(lives)
            .filteredOn(life -> killer.dead(life.room.value()))
            .hasSizeBetween(25, STEPS - 1);
        assertThat(killer.dead(lives.getLast().room.value())).isFalse();
      }
      killer.disarm();
      if (kill < kills) {
        // Next time elsewhere: the rooms that came far before are killed early, and the reverse.
        for (int i = 0; i < STEPS; i++) {
          killer.arm(lives.get(i).room.value(), STEPS - 1 - i);
        }
      }
    }
    start();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> goOn(lives, this::over));

    // Then
    assertThat(cloud.active()).isEmpty();
    assertThat(cloud.overlapped()).isFalse();
    for (Life life : lives) {
      assertThat(cloud.startsOf(life.task.value())).as("starts of %s", life.task).isEqualTo(1);
      for (Class<? extends AgentEvent> once :
          List.of(
              AgentRequested.class,
              AgentDispatched.class,
              AgentRunning.class,
              AgentCommandCompleted.class,
              AgentStopping.class,
              AgentStopped.class,
              AgentUsageMeasured.class)) {
        assertThat(reader.eventIds(life.task, once))
            .as("%s of %s", once.getSimpleName(), life.task)
            .hasSize(1);
      }
      assertThat(
              cloud.calls().stream()
                  .filter(call -> call.task().equals(life.task.value()))
                  .filter(call -> call.action() == Action.UPDATE)
                  .count())
          // The OpenAPI has no way to ask whether a text was spoken: once more for each kill.
          .isBetween(1L, 1L + kills);
    }
  }

  private interface Condition {
    boolean holds(Life life);
  }

  private boolean over(Life life) {
    return reader.state(life.task).map(AgentTask::state).orElse(null) == AgentTask.State.STOPPED;
  }

  /** What the gateway and the caller do next in each room; true when the test holds for all. */
  private boolean goOn(List<Life> lives, Condition until) throws InterruptedException {
    boolean all = true;
    for (Life life : lives) {
      goOn(life);
      all &= until.holds(life);
    }
    return all;
  }

  private void goOn(Life life) throws InterruptedException {
    Instant now = Instant.now();
    AgentTask.State state = reader.state(life.task).map(AgentTask::state).orElse(null);
    if (life.done == 0 && cloud.active().contains(life.task.value())) {
      publish(
          new AgentRunStageReported(
              APP, life.room, now.toEpochMilli(), life.task, AGENT, 0, "taskStart"));
      life.done = 1;
    } else if (life.done == 1 && state == AgentTask.State.RUNNING) {
      publish(Samples.say(life.room, life.task, "c-say-" + life.task, "hello", now));
      life.done = 2;
    } else if (life.done == 2
        && !reader.eventIds(life.task, AgentCommandCompleted.class).isEmpty()) {
      publish(
          new UserLeft(
              APP, life.room, now.toEpochMilli(), Evidence.CLOUD, TARGET, LeaveReason.QUIT));
      life.done = 3;
    }
  }

  /**
   * Writes record by record, with a step before each and after the last. What is handed over at
   * once for two topics may arrive in any order: here, the state always comes first.
   */
  private final class SteppedJournal implements Journal {
    private final Journal kafka = new KafkaJournal();

    @Override
    public void append(List<Draft> drafts) throws InterruptedException {
      String roomId = drafts.getFirst().data().subject();
      List<Draft> stateFirst =
          drafts.stream()
              .sorted(Comparator.comparing((Draft draft) -> !(draft.data() instanceof AgentTask)))
              .toList();
      for (Draft draft : stateFirst) {
        killer.step(roomId);
        kafka.append(List.of(draft));
      }
      killer.step(roomId);
    }

    @Override
    public void erase(AgentTask last) throws InterruptedException {
      kafka.erase(last);
    }
  }
}
