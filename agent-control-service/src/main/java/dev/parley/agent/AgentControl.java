package dev.parley.agent;

import dev.parley.agent.AgentTaskState.Dispatched;
import dev.parley.agent.AgentTaskState.Failed;
import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.AgentTaskState.Stopped;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.Failure;
import dev.parley.events.PayloadTypes;
import dev.parley.events.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an agent task. Pure: the same state and input give the same answer, and
 * nothing is called or written here.
 */
public final class AgentControl {
  private final Limits limits;

  public AgentControl(Limits limits) {
    this.limits = limits;
  }

  /**
   * Decides what to do with one command. A repeat of a command already carried out is {@link
   * Decision.Ignore}, which is how redelivery stays harmless.
   *
   * @param state null for a task that is not known
   */
  public Decision decide(@Nullable AgentTaskState state, AgentCommand command, Instant now) {
    return switch (command) {
      case StartAgent start -> decideStart(state, start, now);
      case StopAgent stop -> decideStop(state, stop, now);
      case AgentCommand.InterruptAgent update -> decideUpdate(state, update, now);
      case AgentCommand.SayText update -> decideUpdate(state, update, now);
      case AgentCommand.AskAgent update -> decideUpdate(state, update, now);
      case AgentCommand.AddPrompt update -> decideUpdate(state, update, now);
      case AgentCommand.FinishSpeech update -> decideUpdate(state, update, now);
      case AgentCommand.ReturnToolResult update -> decideUpdate(state, update, now);
      case AgentCommand.UpdateParameters update -> decideUpdate(state, update, now);
    };
  }

  private Decision decideStart(@Nullable AgentTaskState state, StartAgent start, Instant now) {
    return switch (state) {
      case null -> {
        Requested requested = new Requested(facts(start));
        AgentEvent taken = requested(start, now);
        yield expired(start, now)
            ? new Decision.Settle(failed(requested, Failures.commandExpired(), now, taken))
            : new Decision.CallCloud(Change.to(requested, taken));
      }
      case Requested requested when !requested.facts().lastCommandId().equals(start.commandId()) ->
          new Decision.Refuse(Failures.taskIdTaken());
      // The worker before this one may have died between the call and its answer.
      case Requested requested when expired(start, now) ->
          new Decision.Settle(failed(requested, Failures.commandExpired(), now).andStopInCloud());
      case Requested requested -> new Decision.CallCloud(Change.to(requested));
      case Dispatched s -> new Decision.Ignore("already started");
      case Running s -> new Decision.Ignore("already started");
      case Stopping s -> new Decision.Ignore("already being stopped");
      case Stopped s -> new Decision.Ignore("already over");
      case Failed s -> new Decision.Ignore("already over");
    };
  }

  private static Decision decideStop(@Nullable AgentTaskState state, StopAgent stop, Instant now) {
    return switch (state) {
      case null -> new Decision.Refuse(Failures.taskNotFound());
      case Requested s ->
          stopping(s.after(stop.commandId()).stopping(now, stop.reason()), stop.reason(), now);
      case Dispatched s ->
          stopping(s.after(stop.commandId()).stopping(now, stop.reason()), stop.reason(), now);
      case Running s ->
          stopping(s.after(stop.commandId()).stopping(now, stop.reason()), stop.reason(), now);
      case Stopping s -> new Decision.Ignore("already being stopped");
      case Stopped s -> new Decision.Ignore("already over");
      case Failed s -> new Decision.Ignore("already over");
    };
  }

  private static Decision stopping(Stopping state, StopReason reason, Instant now) {
    TaskFacts facts = state.facts();
    return new Decision.CallCloud(
        Change.to(
            state,
            new AgentStopping(
                facts.appId(), facts.roomId(), now.toEpochMilli(), facts.taskId(), reason)));
  }

  private Decision decideUpdate(@Nullable AgentTaskState state, AgentCommand command, Instant now) {
    if (state == null) {
      return new Decision.Refuse(Failures.taskNotFound());
    }
    if (state.facts().lastCommandId().equals(command.commandId())) {
      return new Decision.Ignore("already carried out");
    }
    if (expired(command, now)) {
      return new Decision.Refuse(Failures.commandExpired());
    }
    return switch (state) {
      case Requested s -> new Decision.Refuse(Failures.notStarted());
      case Dispatched s -> new Decision.CallCloud(Change.to(s));
      case Running s -> new Decision.CallCloud(Change.to(s));
      case Stopping s -> new Decision.Refuse(Failures.taskEnded());
      case Stopped s -> new Decision.Refuse(Failures.taskEnded());
      case Failed s -> new Decision.Refuse(Failures.taskEnded());
    };
  }

  /** What the cloud's answer to a command makes of the task. */
  public Change settle(
      AgentTaskState state, AgentCommand command, CloudOutcome outcome, Instant now) {
    return switch (command) {
      case StartAgent start -> settleStart(state, outcome, now);
      case StopAgent stop -> settleStop(state, stop, outcome, now);
      case AgentCommand.InterruptAgent update -> settleUpdate(state, update, outcome, now);
      case AgentCommand.SayText update -> settleUpdate(state, update, outcome, now);
      case AgentCommand.AskAgent update -> settleUpdate(state, update, outcome, now);
      case AgentCommand.AddPrompt update -> settleUpdate(state, update, outcome, now);
      case AgentCommand.FinishSpeech update -> settleUpdate(state, update, outcome, now);
      case AgentCommand.ReturnToolResult update -> settleUpdate(state, update, outcome, now);
      case AgentCommand.UpdateParameters update -> settleUpdate(state, update, outcome, now);
    };
  }

  private static Change settleStart(AgentTaskState state, CloudOutcome outcome, Instant now) {
    if (!(state instanceof Requested requested)) {
      return Change.to(state);
    }
    return switch (outcome) {
      case CloudOutcome.Accepted accepted -> dispatched(requested, accepted.requestId(), now);
      // The task id is this start's own: what exists already is its agent.
      case CloudProblem.AlreadyExists exists -> dispatched(requested, exists.requestId(), now);
      case CloudProblem.NotFound problem -> startFailed(requested, problem, now);
      case CloudProblem.Rejected problem -> startFailed(requested, problem, now);
      case CloudProblem.Throttled problem -> startFailed(requested, problem, now);
      case CloudProblem.Unavailable problem ->
          startFailed(requested, problem, now).andStopInCloud();
      case CloudProblem.OutcomeUnknown problem ->
          startFailed(requested, problem, now).andStopInCloud();
    };
  }

  private static Change dispatched(Requested state, @Nullable String requestId, Instant now) {
    TaskFacts facts = state.facts();
    return Change.to(
        state.dispatched(now),
        new AgentDispatched(
            facts.appId(), facts.roomId(), now.toEpochMilli(), facts.taskId(), requestId));
  }

  private static Change startFailed(Requested state, CloudProblem problem, Instant now) {
    return failed(state, Failures.ofCloud(problem), now);
  }

  private static Change settleStop(
      AgentTaskState state, StopAgent stop, CloudOutcome outcome, Instant now) {
    if (!(state instanceof Stopping stopping)) {
      return Change.to(state);
    }
    return switch (outcome) {
      case CloudOutcome.Accepted accepted -> stopped(stopping, now);
      case CloudProblem.NotFound gone -> stopped(stopping, now);
      case CloudProblem.Rejected problem ->
          Change.to(stopping, refused(stopping.facts(), stop, Failures.ofCloud(problem), now));
      // Nobody may be billed for a stop that was not heard: the stop is repeated until confirmed.
      case CloudProblem.AlreadyExists problem -> Change.to(stopping);
      case CloudProblem.Throttled problem -> Change.to(stopping);
      case CloudProblem.Unavailable problem -> Change.to(stopping);
      case CloudProblem.OutcomeUnknown problem -> Change.to(stopping);
    };
  }

  /** What the cloud's answer to a repeated stop makes of the task. */
  public Optional<Change> settleRepeatedStop(
      AgentTaskState state, CloudOutcome outcome, Instant now) {
    boolean gone =
        outcome instanceof CloudOutcome.Accepted || outcome instanceof CloudProblem.NotFound;
    return gone && state instanceof Stopping stopping
        ? Optional.of(stopped(stopping, now))
        : Optional.empty();
  }

  private static Change settleUpdate(
      AgentTaskState state, AgentCommand command, CloudOutcome outcome, Instant now) {
    AgentTaskState after = state.after(command.commandId());
    TaskFacts facts = after.facts();
    return switch (outcome) {
      case CloudOutcome.Accepted accepted ->
          Change.to(
              after,
              new AgentCommandCompleted(
                  facts.appId(),
                  facts.roomId(),
                  now.toEpochMilli(),
                  facts.taskId(),
                  command.commandId(),
                  PayloadTypes.of(command.getClass()).value(),
                  accepted.requestId()));
      case CloudProblem.NotFound problem -> {
        AgentEvent refusal = refused(facts, command, Failures.ofCloud(problem), now);
        // The cloud knows its own tasks: one that it does not know runs no longer.
        yield after instanceof Running running
            ? Change.to(running.endedByCloud(now), refusal, stoppedEvent(running.endedByCloud(now)))
            : Change.to(after, refusal);
      }
      case CloudProblem problem ->
          Change.to(after, refused(facts, command, Failures.ofCloud(problem), now));
    };
  }

  /** A command that could not even be put to the cloud: an unknown scene, a missing secret. */
  public Change settleUnsendable(
      AgentTaskState state, AgentCommand command, Failure failure, Instant now) {
    return state instanceof Requested requested && command instanceof StartAgent
        ? failed(requested, failure, now)
        : Change.to(
            state.after(command.commandId()), refused(state.facts(), command, failure, now));
  }

  /** The state of a known task after a command was refused, and the event that says so. */
  public Change refuse(AgentTaskState state, AgentCommand command, Failure failure, Instant now) {
    return Change.to(state, refused(state.facts(), command, failure, now));
  }

  /** The event that says that a command was refused for a task that is not known. */
  public static AgentEvent refuse(AgentCommand command, Failure failure, Instant now) {
    return new AgentCommandRefused(
        command.appId(),
        command.roomId(),
        now.toEpochMilli(),
        command.taskId(),
        command.commandId(),
        PayloadTypes.of(command.getClass()).value(),
        failure);
  }

  /**
   * What a piece of evidence makes of the task; empty when it says nothing new. Evidence may come
   * early, late, repeatedly and in any order.
   */
  public Optional<Change> apply(AgentTaskState state, Evidence evidence, Instant now) {
    return switch (evidence) {
      case Evidence.Appeared appeared -> appeared(state, appeared, now);
      case Evidence.Broke broke -> broke(state, broke, now);
      case Evidence.Ended ended -> ended(state, now);
    };
  }

  private Optional<Change> appeared(AgentTaskState state, Evidence.Appeared appeared, Instant now) {
    if (stale(state, appeared)) {
      return Optional.empty();
    }
    return switch (state) {
      // The worker that called the cloud died before it could say so; the agent says it.
      case Requested s -> {
        Change dispatched = dispatched(s, null, now);
        List<AgentEvent> events = new ArrayList<>(dispatched.events());
        Running running = s.dispatched(now).running(now);
        events.add(running(running.facts(), appeared.by(), now));
        yield Optional.of(new Change(running, events, false));
      }
      case Dispatched s ->
          Optional.of(Change.to(s.running(now), running(s.facts(), appeared.by(), now)));
      case Running s -> Optional.empty();
      case Stopping s -> Optional.empty();
      case Stopped s -> Optional.empty();
      // It came after all, when nobody waited any more.
      case Failed s ->
          appeared.at().isAfter(s.endedAt())
              ? Optional.of(Change.to(s).andStopInCloud())
              : Optional.empty();
    };
  }

  // Run stages name the task. The others name a user, who may have been in the room before.
  private boolean stale(AgentTaskState state, Evidence.Appeared appeared) {
    return appeared.by() != RunningEvidence.RUN_STAGE
        && appeared.at().isBefore(state.facts().requestedAt().minus(limits.clockTolerance()));
  }

  private static Optional<Change> broke(AgentTaskState state, Evidence.Broke broke, Instant now) {
    Failure failure = Failures.ofRuntime(broke);
    return switch (state) {
      case Requested s -> Optional.of(failed(s, failure, now).andStopInCloud());
      case Dispatched s -> Optional.of(failed(s, failure, now).andStopInCloud());
      // A model or a voice that stumbles is reported and goes on; refused parameters do not.
      case Running s ->
          Evidence.Broke.PARAMETER_CHECK.equals(broke.runStage())
              ? Optional.of(failed(s, failure, now).andStopInCloud())
              : Optional.empty();
      case Stopping s -> Optional.empty();
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  private static Optional<Change> ended(AgentTaskState state, Instant now) {
    return switch (state) {
      case Requested s -> Optional.of(over(s.endedByCloud(now)));
      case Dispatched s -> Optional.of(over(s.endedByCloud(now)));
      case Running s -> Optional.of(over(s.endedByCloud(now)));
      case Stopping s -> Optional.of(stopped(s, now));
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  /** What the passing of time makes of the task; empty when nothing is due. */
  public Optional<Change> expire(AgentTaskState state, Instant now) {
    Instant deadline = deadline(state).orElse(Instant.MAX);
    if (now.isBefore(deadline)) {
      return Optional.empty();
    }
    return switch (state) {
      case Requested s -> Optional.of(failed(s, Failures.startLost(), now).andStopInCloud());
      case Dispatched s ->
          Optional.of(failed(s, Failures.agentNeverJoined(), now).andStopInCloud());
      case Stopping s -> Optional.of(failed(s, Failures.stopUnconfirmed(), now));
      case Running s -> Optional.empty();
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  /** When {@link #expire} has something to say, if nothing happens until then. */
  public Optional<Instant> deadline(AgentTaskState state) {
    return switch (state) {
      case Requested s -> Optional.of(s.facts().requestedAt().plus(limits.startPatience()));
      case Dispatched s -> Optional.of(s.dispatchedAt().plus(limits.joinDeadline()));
      case Stopping s -> Optional.of(s.stoppingAt().plus(limits.stopPatience()));
      case Running s -> Optional.empty();
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  private static boolean expired(AgentCommand command, Instant now) {
    return now.toEpochMilli() > command.expiresTimeMillis();
  }

  private static TaskFacts facts(StartAgent start) {
    return new TaskFacts(
        start.appId(),
        start.roomId(),
        start.taskId(),
        start.scene(),
        start.agentUserId(),
        start.targetUserId(),
        Instant.ofEpochMilli(start.eventTimeMillis()),
        start.commandId());
  }

  private static AgentEvent requested(StartAgent start, Instant now) {
    return new AgentRequested(
        start.appId(),
        start.roomId(),
        now.toEpochMilli(),
        start.taskId(),
        start.commandId(),
        start.scene(),
        start.agentUserId(),
        start.targetUserId(),
        start.requestedBy());
  }

  private static AgentEvent running(TaskFacts facts, RunningEvidence by, Instant now) {
    return new AgentRunning(facts.appId(), facts.roomId(), now.toEpochMilli(), facts.taskId(), by);
  }

  private static Change failed(
      Requested state, Failure failure, Instant now, AgentEvent... before) {
    return failed(state.failed(now, failure), failure, before);
  }

  private static Change failed(Dispatched state, Failure failure, Instant now) {
    return failed(state.failed(now, failure), failure);
  }

  private static Change failed(Running state, Failure failure, Instant now) {
    return failed(state.failed(now, failure), failure);
  }

  private static Change failed(Stopping state, Failure failure, Instant now) {
    return failed(state.failed(now, failure), failure);
  }

  private static Change failed(Failed state, Failure failure, AgentEvent... before) {
    TaskFacts facts = state.facts();
    List<AgentEvent> events = new ArrayList<>(List.of(before));
    events.add(
        new AgentFailed(
            facts.appId(),
            facts.roomId(),
            state.endedAt().toEpochMilli(),
            facts.taskId(),
            failure));
    return new Change(state, events, false);
  }

  private static Change stopped(Stopping state, Instant now) {
    return over(state.stopped(now));
  }

  private static Change over(Stopped state) {
    return Change.to(state, stoppedEvent(state));
  }

  private static AgentEvent stoppedEvent(Stopped state) {
    TaskFacts facts = state.facts();
    return new AgentStopped(
        facts.appId(),
        facts.roomId(),
        state.endedAt().toEpochMilli(),
        facts.taskId(),
        state.stopReason(),
        state.milestones().active(state.endedAt()).toMillis());
  }

  private static AgentEvent refused(
      TaskFacts facts, AgentCommand command, Failure failure, Instant now) {
    return new AgentCommandRefused(
        facts.appId(),
        facts.roomId(),
        now.toEpochMilli(),
        facts.taskId(),
        command.commandId(),
        PayloadTypes.of(command.getClass()).value(),
        failure);
  }
}
