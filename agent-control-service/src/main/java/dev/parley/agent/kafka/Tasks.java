package dev.parley.agent.kafka;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.AgentTaskState.Stopped;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.agent.Change;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.reaper.SignsOfLife;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentToolAnsweredLate;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.AgentTask;
import dev.parley.events.Failure;
import dev.parley.events.PayloadTypes;
import dev.parley.events.StopReason;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The tasks of one room. What becomes of them is on Kafka before it counts here. */
final class Tasks {
  private static final Logger LOG = Logger.getLogger(Tasks.class);

  private static final Backoff JOURNAL =
      new Backoff(
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          () -> ThreadLocalRandom.current().nextDouble());

  private final RoomTools tools;
  private final PartitionLease lease;
  private final CloudCalls calls;
  private final EndedTasks ended;
  // Rooms are many and mostly have one task.
  private final Map<TaskId, Run> runs = new LinkedHashMap<>(2);

  Tasks(RoomTools tools, PartitionLease lease, CloudCalls calls, EndedTasks ended) {
    this.tools = tools;
    this.lease = lease;
    this.calls = calls;
    this.ended = ended;
  }

  List<Run> all() {
    return List.copyOf(runs.values());
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  @Nullable Run find(TaskId taskId) {
    return runs.get(taskId);
  }

  /** The newest run of an agent's user: the ones before are over. */
  @Nullable Run ofAgent(UserId agentUserId) {
    Run newest = null;
    for (Run run : runs.values()) {
      if (run.facts().agentUserId().equals(agentUserId)) {
        newest = run;
      }
    }
    return newest;
  }

  /** The task that a record without a task id can only mean. */
  Optional<Run> onlyLive() {
    List<Run> live = runs.values().stream().filter(run -> !run.state().ended()).toList();
    return live.size() == 1 ? Optional.of(live.getFirst()) : Optional.empty();
  }

  /** Takes over a task from the worker before. */
  Run restore(AgentTask snapshot) {
    Instant now = tools.clock().instant();
    AgentTaskState state = TaskSnapshots.restore(snapshot);
    Instant writtenAt = Instant.ofEpochMilli(snapshot.eventTimeMillis());
    // A later sign would have been written.
    Instant mayHaveLived = writtenAt.plus(tools.reaper().signsEvery()).minusMillis(1);
    Run run =
        new Run(
            state,
            SignsOfLife.takenOver(
                instant(snapshot.targetLeftTimeMillis()),
                instant(snapshot.agentLeftTimeMillis()),
                mayHaveLived.isAfter(now) ? now : mayHaveLived),
            writtenAt,
            calls.stopBackoff(),
            calls.cleanUpBackoff());
    if (state instanceof Stopping) {
      run.stop().begin(now);
    }
    Instant cleanUpSince = instant(snapshot.cleanUpSinceTimeMillis());
    if (cleanUpSince != null) {
      run.beginCleanUp(cleanUpSince, now);
    }
    runs.put(state.facts().taskId(), run);
    return run;
  }

  private static @Nullable Instant instant(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  /** As {@link #enter(Change, String)}, outside of a trace. */
  Run enter(Change change) throws InterruptedException {
    return enter(change, null);
  }

  /**
   * Writes a step and, once Kafka has it, makes it the state.
   *
   * @param traceparent of what made it necessary
   */
  Run enter(Change change, @Nullable String traceparent) throws InterruptedException {
    TaskFacts facts = change.state().facts();
    Run known = runs.get(facts.taskId());
    AgentTaskState before = known == null ? null : known.state();
    Instant now = tools.clock().instant();
    Run run =
        known == null
            ? new Run(
                change.state(),
                SignsOfLife.unknown(now),
                now,
                calls.stopBackoff(),
                calls.cleanUpBackoff())
            : known;
    boolean cleanUpBegins = change.stopInCloud() && run.cleanUpSince() == null;
    List<Draft> events = new ArrayList<>();
    change.events().forEach(event -> events.add(draft(event, facts, traceparent)));
    List<Draft> state =
        change.state().equals(before) && !cleanUpBegins
            ? List.of()
            : List.of(snapshot(change.state(), run, cleanUpBegins ? now : run.cleanUpSince(), now));
    if (change.state() instanceof Requested) {
      // Whoever finds this state tells its event again: the two may arrive in any order.
      events.addAll(state);
      write(events);
    } else {
      // The state says that all this was told. The other way round, a worker killed between the two
      // would leave a state whose events nobody ever tells.
      write(events);
      write(state);
    }
    runs.put(facts.taskId(), run);
    run.written(change.state());
    if (!state.isEmpty()) {
      run.signsWritten(now);
    }
    if (before == null || before.wireState() != change.state().wireState()) {
      entered(run, now);
    }
    if (change.stopInCloud()) {
      run.beginCleanUp(now, now);
    }
    return run;
  }

  private void entered(Run run, Instant now) {
    AgentTaskState state = run.state();
    tools
        .metrics()
        .counter("parley.agent.tasks.entered", "state", state.wireState().name())
        .increment();
    Failure failure = state.failure();
    if (failure == null) {
      LOG.infof("task entered state=%s %s", state.wireState(), keys(state.facts()));
    } else {
      LOG.warnf(
          "task entered state=%s errorCode=%s cloudCode=%s requestId=%s %s",
          state.wireState(),
          failure.code(),
          failure.cloudCode(),
          failure.cloudRequestId(),
          keys(state.facts()));
    }
    Instant endedAt = state.endedAt();
    if (endedAt != null) {
      ended.add(run.facts().room(), endedAt);
    }
    if (state instanceof Stopping) {
      run.stop().again(now);
    } else if (state instanceof Running) {
      run.see(signs -> signs.heard(now));
    } else if (state instanceof Stopped stopped) {
      countAvoided(run, stopped);
    }
  }

  /** Counts the seconds that the cloud would have billed until its own idle timeout. */
  private void countAvoided(Run run, Stopped stopped) {
    Instant goneAt = goneAt(run.signs(), stopped.stopReason());
    if (goneAt != null) {
      Duration timeout =
          tools
              .idleTimeout()
              .apply(run.facts().scene())
              .orElse(tools.settings().cloudIdleTimeout());
      Duration avoided = timeout.minus(Duration.between(goneAt, stopped.endedAt()));
      if (!avoided.isNegative()) {
        tools
            .metrics()
            .counter("parley.agent.billed.seconds.avoided")
            .increment((double) avoided.toSeconds());
      }
    }
  }

  private static @Nullable Instant goneAt(SignsOfLife signs, StopReason reason) {
    return switch (reason) {
      case TARGET_LEFT -> signs.targetLeftAt();
      // Nobody stays in a room that is over.
      case ROOM_CLOSED ->
          signs.targetLeftAt() == null ? signs.roomClosedAt() : signs.targetLeftAt();
      case REQUESTED, MAX_DURATION, SILENCE, ENDED_BY_CLOUD -> null;
    };
  }

  /**
   * Writes who is gone, so that a worker that takes over knows since when; and from time to time
   * that the agent was heard, so that it knows that, too.
   */
  void writePresence(Run run) throws InterruptedException {
    if (run.presenceUnwritten() || run.signUnwritten(tools.reaper().signsEvery())) {
      Instant now = tools.clock().instant();
      write(List.of(snapshot(run.state(), run, run.cleanUpSince(), now)));
      run.signsWritten(now);
    }
  }

  /** Writes the state of an ended task once more, as it was. */
  void writeEndAgain(Run run) throws InterruptedException {
    AgentTask end = ended(run);
    write(
        List.of(
            new Draft(
                end,
                EventIds.derived(
                    "task-end", run.facts().key(), life(run.facts()), end.state().name()))));
  }

  /** The cloud has nothing more of a failed task. */
  void cleanedUp(Run run) throws InterruptedException {
    write(List.of(snapshot(run.state(), run, null, tools.clock().instant())));
    run.endCleanUp();
  }

  /** Writes events that change no state. */
  void tell(AgentEvent... events) throws InterruptedException {
    List<Draft> drafts = new ArrayList<>();
    for (AgentEvent event : events) {
      drafts.add(draft(event, null));
    }
    write(drafts);
  }

  /** Writes an event that changes no state. */
  void tell(AgentEvent event, @Nullable String traceparent) throws InterruptedException {
    write(List.of(draft(event, traceparent)));
  }

  /** Removes an ended task, here and from its topic. */
  void forget(Run run) throws InterruptedException {
    AgentTask last = TaskSnapshots.snapshot(run.state(), null, null, null, tools.clock().instant());
    insist(() -> tools.journal().erase(last));
    runs.remove(run.facts().taskId());
  }

  private void write(List<Draft> drafts) throws InterruptedException {
    if (!drafts.isEmpty()) {
      insist(() -> tools.journal().append(drafts));
    }
  }

  private interface Writing {
    void write() throws InterruptedException;
  }

  private void insist(Writing writing) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      lease.checkOwned();
      try {
        writing.write();
        return;
      } catch (KafkaUnavailableException e) {
        if (attempt == 1) {
          LOG.warnf("Kafka does not take outcomes; the room waits: %s", e.getMessage());
        }
        Thread.sleep(JOURNAL.after(attempt));
      }
    }
  }

  private Draft snapshot(
      AgentTaskState state, Run run, @Nullable Instant cleanUpSince, Instant now) {
    TaskFacts facts = state.facts();
    SignsOfLife signs = run.signs();
    return new Draft(
        TaskSnapshots.snapshot(state, signs.targetLeftAt(), signs.agentLeftAt(), cleanUpSince, now),
        EventIds.derived(
            "task",
            facts.key(),
            life(facts),
            state.wireState().name(),
            facts.lastCommandId().value(),
            String.valueOf(signs.targetLeftAt()),
            String.valueOf(signs.agentLeftAt()),
            String.valueOf(cleanUpSince),
            run.signUnwritten(tools.reaper().signsEvery())
                ? String.valueOf(signs.lastSignAt())
                : ""));
  }

  /** A task that is over, as it was written last. */
  static AgentTask ended(Run run) {
    SignsOfLife signs = run.signs();
    Instant endedAt = run.state().endedAt();
    return TaskSnapshots.snapshot(
        run.state(),
        signs.targetLeftAt(),
        signs.agentLeftAt(),
        run.cleanUpSince(),
        endedAt == null ? signs.lastSignAt() : endedAt);
  }

  // A command completes or is refused once, a call is late once; everything else happens once in a
  // task's life.
  private static Draft draft(
      AgentEvent event, @Nullable TaskFacts facts, @Nullable String traceparent) {
    String which =
        switch (event) {
          case AgentCommandCompleted completed -> completed.commandId().value();
          case AgentCommandRefused refused -> refused.commandId().value();
          case AgentToolCallExpired expired -> expired.toolCallId();
          case AgentToolAnsweredLate late -> late.toolCallId();
          case AgentEvent other -> "";
        };
    TaskId taskId = event.taskId();
    return new Draft(
        event,
        EventIds.derived(
            PayloadTypes.of(event.getClass()).value(),
            taskId == null ? event.recordKey() : event.roomKey().task(taskId),
            which,
            facts == null ? "" : life(facts)),
        traceparent);
  }

  // A task id may live again after it was forgotten, and what happens then is not what happened.
  private static String life(TaskFacts facts) {
    return String.valueOf(facts.requestedAt().toEpochMilli());
  }

  private Draft draft(AgentEvent event, @Nullable String traceparent) {
    TaskId taskId = event.taskId();
    Run run = taskId == null ? null : runs.get(taskId);
    return draft(event, run == null ? null : run.facts(), traceparent);
  }

  static String keys(TaskFacts facts) {
    return "appId="
        + facts.appId()
        + " roomId="
        + facts.roomId()
        + " taskId="
        + facts.taskId()
        + " commandId="
        + facts.lastCommandId();
  }
}
