package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.LeaseLostException;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
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
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Workers are killed at every step of an agent's life: before and after each record, before a call,
 * and between a call and its answer. Each step of each life has a room of its own that gets no
 * further; when every room has come to its step or to its end, the worker is killed and another
 * takes over.
 */
class KillPointsIT extends WorkerHarness {

  /** What happens to an agent from outside. */
  private enum Move {
    /** The cloud reports that it is there. */
    APPEARS,
    /** It is told to say something. */
    SPEAKS,
    /** Its user leaves, and the reaper stops it. */
    LEFT,
    /** Its caller stops it. */
    STOPPED
  }

  /** How an agent's life goes. */
  private enum Script {
    SPOKE_AND_WAS_LEFT(30),
    /** Before anybody knows whether it started. */
    LEFT_AT_ONCE(19),
    /** The answer to the first stop is lost. */
    STOPPED_BY_ITS_CALLER(24),
    /** The answer to the first start is lost. */
    ANSWERED_LATE(26),
    /** The answers to all starts are lost, and whatever would say that the agent is there. */
    NEVER_ANSWERED(15),
    /** The cloud does not take the start. */
    REFUSED(8);

    private final int leastSteps;

    /**
     * A life.
     *
     * @param leastSteps at which a worker can be killed in it
     */
    Script(int leastSteps) {
      this.leastSteps = leastSteps;
    }

    /** What happens, one after the other. */
    List<Move> moves() {
      return switch (this) {
        case SPOKE_AND_WAS_LEFT -> List.of(Move.APPEARS, Move.SPEAKS, Move.LEFT);
        case LEFT_AT_ONCE -> List.of(Move.LEFT);
        case STOPPED_BY_ITS_CALLER -> List.of(Move.APPEARS, Move.STOPPED);
        case ANSWERED_LATE -> List.of(Move.APPEARS, Move.LEFT);
        case NEVER_ANSWERED, REFUSED -> List.of();
      };
    }

    /** More than the life has steps; in the last one no worker is killed. */
    int rooms() {
      return leastSteps + 8;
    }

    /** What a worker hears instead of an answer that is lost; null for one that arrives. */
    @Nullable CloudOutcome lost(Action action, int times) {
      boolean lost =
          switch (this) {
            case STOPPED_BY_ITS_CALLER -> action == Action.STOP && times == 1;
            case ANSWERED_LATE -> action == Action.START && times == 1;
            case NEVER_ANSWERED -> action == Action.START;
            case SPOKE_AND_WAS_LEFT, LEFT_AT_ONCE, REFUSED -> false;
          };
      return lost ? new CloudProblem.OutcomeUnknown("timeout", null) : null;
    }

    AgentTask.State end() {
      return this == NEVER_ANSWERED || this == REFUSED
          ? AgentTask.State.FAILED
          : AgentTask.State.STOPPED;
    }

    /** Why it ended, as callers read it. */
    String reason() {
      return switch (this) {
        case SPOKE_AND_WAS_LEFT, LEFT_AT_ONCE, ANSWERED_LATE -> StopReason.TARGET_LEFT.name();
        case STOPPED_BY_ITS_CALLER -> StopReason.REQUESTED.name();
        case NEVER_ANSWERED -> "outcome_unknown";
        case REFUSED -> "cloud_rejected";
      };
    }

    /** What is told of it, in this order and each once. */
    List<Class<? extends AgentEvent>> events() {
      List<Class<? extends AgentEvent>> events = new ArrayList<>();
      events.add(AgentRequested.class);
      if (end() == AgentTask.State.FAILED) {
        events.add(AgentFailed.class);
        return events;
      }
      events.add(AgentDispatched.class);
      if (moves().contains(Move.APPEARS)) {
        events.add(AgentRunning.class);
      }
      if (moves().contains(Move.SPEAKS)) {
        events.add(AgentCommandCompleted.class);
      }
      events.add(AgentStopping.class);
      if (moves().contains(Move.APPEARS)) {
        events.add(AgentUsageMeasured.class);
      }
      events.add(AgentStopped.class);
      return events;
    }
  }

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
    private final Script script;
    private final int step;
    private final RoomId room;
    private final TaskId task;
    private final Map<Action, Integer> calls = new ConcurrentHashMap<>();
    private int done;

    Life(Script script, int step, RoomId room, TaskId task) {
      this.script = script;
      this.step = step;
      this.room = room;
      this.task = task;
    }

    boolean last() {
      return step == script.rooms() - 1;
    }

    @Override
    public String toString() {
      return script + " at step " + step;
    }
  }

  @ParameterizedTest
  @CsvSource({"1, PT1H", "2, PT1H", "2, PT0.05S"})
  void whereverWorkersAreKilledOneAgentStartsAndStops(int kills, Duration committedAfter)
      throws InterruptedException {
    // Given
    // What is not committed is read again by every worker, and what is, by none.
    commitInterval = committedAfter;
    targetLeftGrace = Duration.ofMillis(200);
    Map<String, Life> lives = new LinkedHashMap<>();
    for (Script script : Script.values()) {
      for (int step = 0; step < script.rooms(); step++) {
        String suffix = "-" + script + "-" + step;
        Life life = new Life(script, step, new RoomId(room + suffix), new TaskId(task + suffix));
        lives.put(life.room.value(), life);
        killer.arm(life.room.value(), step);
      }
    }
    api =
        request ->
            call(
                Objects.requireNonNull(
                    lives.get(FakeVoiceChatApi.body(request).path("RoomId").asText())),
                request);
    journal = new SteppedJournal();
    for (Life life : lives.values()) {
      publish(start(life));
      goOn(life);
    }

    // When
    for (int kill = 1; kill <= kills; kill++) {
      CommandLoop worker = start();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> goOn(lives.values(), life -> killer.dead(life.room.value()) || over(life)));
      worker.crash();
      if (kill == 1) {
        // Every step but those beyond a life's end was one at which a worker died.
        for (Script script : Script.values()) {
          assertThat(lives.values())
              .filteredOn(life -> life.script == script && killer.dead(life.room.value()))
              .as("killed in %s", script)
              .hasSizeBetween(script.leastSteps, script.rooms() - 1)
              .noneMatch(Life::last);
        }
      }
      killer.disarm();
      if (kill < kills) {
        // Next time elsewhere: the rooms that came far before are killed early, and the reverse.
        for (Life life : lives.values()) {
          killer.arm(life.room.value(), life.script.rooms() - 1 - life.step);
        }
      }
    }
    start();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> goOn(lives.values(), this::over));

    // Then
    assertThat(cloud.active()).isEmpty();
    assertThat(cloud.overlapped()).isFalse();
    // The reader may have read the last states before the events that came before them.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(lives.values())
                    .allSatisfy(life -> assertThat(told(life)).isEqualTo(life.script.events())));
    assertThat(lives.values()).allSatisfy(life -> wentAsWritten(life, kills));
  }

  private void wentAsWritten(Life life, int kills) {
    assertThat(cloud.startsOf(life.task.value())).isEqualTo(life.script == Script.REFUSED ? 0 : 1);
    assertThat(reader.state(life.task)).map(KillPointsIT::reason).contains(life.script.reason());
    // The OpenAPI has no way to ask whether a text was spoken: once more for each kill.
    int texts = life.script.moves().contains(Move.SPEAKS) ? 1 : 0;
    assertThat(actions(life.task).stream().filter(Action.UPDATE::equals).count())
        .isBetween((long) texts, (long) texts * (1 + kills));
  }

  // Not to expire, however long it takes to get through all of this.
  private static StartAgent start(Life life) {
    Instant now = Instant.now();
    return new StartAgent(
        APP,
        life.room,
        now.toEpochMilli(),
        life.task,
        new CommandId("c-start-" + life.task),
        "user-1",
        now.plus(Duration.ofHours(1)).toEpochMilli(),
        "assistant",
        AGENT,
        TARGET,
        null,
        null);
  }

  private CloudOutcome call(Life life, CloudRequest request) throws InterruptedException {
    killer.step(life.room.value());
    CloudOutcome outcome =
        life.script == Script.REFUSED && request.action() == Action.START
            ? new CloudProblem.Rejected("InvalidParameter", "req-1")
            : cloud.call(request);
    CloudOutcome lost =
        life.script.lost(request.action(), life.calls.merge(request.action(), 1, Integer::sum));
    killer.step(life.room.value());
    return lost == null ? outcome : lost;
  }

  /** What was told of it, in the order in which it was told first. */
  private List<Class<?>> told(Life life) {
    Map<String, Class<?>> byId = new LinkedHashMap<>();
    for (WorkerOutput.Read read : reader.all()) {
      if (read.data() instanceof AgentEvent event
          && !(event instanceof AgentRunStageReported)
          && life.task.equals(event.taskId())
          && read.envelope() != null) {
        byId.putIfAbsent(read.envelope().id(), event.getClass());
      }
    }
    return List.copyOf(byId.values());
  }

  private static String reason(AgentTask task) {
    return task.failure() == null ? String.valueOf(task.stopReason()) : task.failure().code();
  }

  private interface Condition {
    boolean holds(Life life);
  }

  private boolean over(Life life) {
    return reader
        .state(life.task)
        .filter(task -> task.state() == life.script.end() && task.cleanUpSinceTimeMillis() == null)
        .isPresent();
  }

  /** What the gateway and the caller do next in each room; true when the test holds for all. */
  private boolean goOn(Collection<Life> lives, Condition until) throws InterruptedException {
    boolean all = true;
    for (Life life : lives) {
      goOn(life);
      all &= until.holds(life);
    }
    return all;
  }

  private void goOn(Life life) throws InterruptedException {
    if (life.done == life.script.moves().size()) {
      return;
    }
    Instant now = Instant.now();
    Move move = life.script.moves().get(life.done);
    if (!due(life, move)) {
      return;
    }
    publish(
        switch (move) {
          case APPEARS ->
              new AgentRunStageReported(
                  APP, life.room, now.toEpochMilli(), life.task, AGENT, 0, "taskStart");
          case SPEAKS -> Samples.say(life.room, life.task, "c-say-" + life.task, "hello", now);
          case LEFT ->
              new UserLeft(
                  APP, life.room, now.toEpochMilli(), Evidence.CLOUD, TARGET, LeaveReason.QUIT);
          case STOPPED -> Samples.stop(life.room, life.task, "c-stop-" + life.task, now);
        });
    life.done++;
  }

  private boolean due(Life life, Move move) {
    return switch (move) {
      case APPEARS -> cloud.active().contains(life.task.value());
      case SPEAKS -> running(life);
      case LEFT, STOPPED ->
          life.script.moves().contains(Move.SPEAKS)
              ? !reader.eventIds(life.task, AgentCommandCompleted.class).isEmpty()
              : life.done == 0 || running(life);
    };
  }

  private boolean running(Life life) {
    return reader.state(life.task).map(AgentTask::state).orElse(null) == AgentTask.State.RUNNING;
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
