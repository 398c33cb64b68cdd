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
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.Failure;
import dev.parley.events.id.CommandId;
import java.time.Instant;
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
    if (state != null && ofAnotherStart(state, start)) {
      return new Decision.Refuse(Failures.taskIdTaken());
    }
    return switch (state) {
      case null -> {
        Requested requested = new Requested(facts(start));
        AgentEvent taken = Steps.requested(start, now);
        yield expired(start, now)
            ? new Decision.Settle(
                Steps.failed(requested.failed(now, Failures.commandExpired()), taken))
            : new Decision.CallCloud(Change.to(requested, taken), false);
      }
      // The worker before this one may have died between the call and its answer, and also before
      // the event was written: it is told again, under the same id.
      case Requested requested when expired(start, now) ->
          new Decision.Settle(
              Steps.failed(
                      requested.failed(now, Failures.commandExpired()), Steps.requested(start, now))
                  .andStopInCloud());
      case Requested requested ->
          new Decision.CallCloud(Change.to(requested, Steps.requested(start, now)), true);
      case Dispatched s -> new Decision.Ignore("already started");
      case Running s -> new Decision.Ignore("already started");
      case Stopping s -> new Decision.Ignore("already being stopped");
      case Stopped s -> new Decision.Ignore("already over");
      case Failed s -> new Decision.Ignore("already over");
    };
  }

  // The same Idempotency-Key with another body, through two instances of the API at once.
  private static boolean ofAnotherStart(AgentTaskState state, StartAgent start) {
    CommandId first = state.facts().startCommandId();
    return first != null && !first.equals(start.commandId());
  }

  private static Decision decideStop(@Nullable AgentTaskState state, StopAgent stop, Instant now) {
    return switch (state) {
      case null -> new Decision.Refuse(Failures.taskNotFound());
      case Requested s ->
          stopping(s.after(stop.commandId()).stopping(now, stop.reason()), stop, now);
      case Dispatched s ->
          stopping(s.after(stop.commandId()).stopping(now, stop.reason()), stop, now);
      case Running s -> stopping(s.after(stop.commandId()).stopping(now, stop.reason()), stop, now);
      case Stopping s -> new Decision.Ignore("already being stopped");
      case Stopped s -> new Decision.Ignore("already over");
      case Failed s -> new Decision.Ignore("already over");
    };
  }

  private static Decision stopping(Stopping state, StopAgent stop, Instant now) {
    return new Decision.CallCloud(Steps.stopping(state, stop.reason(), now), false);
  }

  private Decision decideUpdate(@Nullable AgentTaskState state, AgentCommand command, Instant now) {
    if (state == null) {
      return new Decision.Refuse(Failures.taskNotFound());
    }
    // Answers to a function call share one id: until one reaches the agent, the next is tried.
    if (!(command instanceof AgentCommand.ReturnToolResult)
        && state.facts().lastCommandId().equals(command.commandId())) {
      return new Decision.Ignore("already carried out");
    }
    if (expired(command, now)) {
      return new Decision.Refuse(Failures.commandExpired());
    }
    return switch (state) {
      case Requested s -> new Decision.Refuse(Failures.notStarted());
      case Dispatched s -> new Decision.CallCloud(Change.to(s), false);
      case Running s -> new Decision.CallCloud(Change.to(s), false);
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
      case CloudOutcome.Accepted accepted -> Steps.dispatched(requested, accepted.requestId(), now);
      // The task id is this start's own: what exists already is its agent.
      case CloudProblem.AlreadyExists exists ->
          Steps.dispatched(requested, exists.requestId(), now);
      case CloudProblem.NotFound problem -> startFailed(requested, problem, now);
      case CloudProblem.Rejected problem -> startFailed(requested, problem, now);
      case CloudProblem.Throttled problem -> startFailed(requested, problem, now);
      case CloudProblem.Busy problem -> startFailed(requested, problem, now).andStopInCloud();
      case CloudProblem.Unavailable problem ->
          startFailed(requested, problem, now).andStopInCloud();
      case CloudProblem.OutcomeUnknown problem ->
          startFailed(requested, problem, now).andStopInCloud();
    };
  }

  private static Change startFailed(Requested state, CloudProblem problem, Instant now) {
    return Steps.failed(state.failed(now, Failures.ofCloud(problem)));
  }

  private static Change settleStop(
      AgentTaskState state, StopAgent stop, CloudOutcome outcome, Instant now) {
    if (!(state instanceof Stopping stopping)) {
      return Change.to(state);
    }
    return switch (outcome) {
      case CloudOutcome.Accepted accepted -> Steps.stopped(stopping.stopped(now));
      case CloudProblem.NotFound gone -> Steps.stopped(stopping.stopped(now));
      case CloudProblem.Rejected problem ->
          Change.to(stopping, Steps.refused(stop, Failures.ofCloud(problem), now));
      // Nobody may be billed for a stop that was not heard: the stop is repeated until confirmed.
      case CloudProblem.AlreadyExists problem -> Change.to(stopping);
      case CloudProblem.Throttled problem -> Change.to(stopping);
      case CloudProblem.Busy problem -> Change.to(stopping);
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
        ? Optional.of(Steps.stopped(stopping.stopped(now)))
        : Optional.empty();
  }

  private static Change settleUpdate(
      AgentTaskState state, AgentCommand command, CloudOutcome outcome, Instant now) {
    AgentTaskState after = state.after(command.commandId());
    return switch (outcome) {
      case CloudOutcome.Accepted accepted ->
          Change.to(after, Steps.completed(after.facts(), command, accepted.requestId(), now));
      case CloudProblem.NotFound problem -> {
        AgentEvent refusal = Steps.refused(command, Failures.ofCloud(problem), now);
        // The cloud knows its own tasks: one that it does not know runs no longer.
        yield after instanceof Running running
            ? Steps.stopped(running.endedByCloud(now), refusal)
            : Change.to(after, refusal);
      }
      case CloudProblem problem ->
          Change.to(after, Steps.refused(command, Failures.ofCloud(problem), now));
    };
  }

  /** A command that could not even be put to the cloud: an unknown scene, a missing secret. */
  public Change settleUnsendable(
      AgentTaskState state, AgentCommand command, Failure failure, Instant now) {
    return state instanceof Requested requested && command instanceof StartAgent
        ? Steps.failed(requested.failed(now, failure))
        : Change.to(state.after(command.commandId()), Steps.refused(command, failure, now));
  }

  /** The state of a known task after a command was refused, and the event that says so. */
  public Change refuse(AgentTaskState state, AgentCommand command, Failure failure, Instant now) {
    return Change.to(state, Steps.refused(command, failure, now));
  }

  /** The event that says that a command was refused for a task that is not known. */
  public static AgentEvent refuse(AgentCommand command, Failure failure, Instant now) {
    return Steps.refused(command, failure, now);
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
        Change dispatched = Steps.dispatched(s, null, now);
        yield Optional.of(
            Steps.running(
                s.dispatched(now).running(now),
                appeared.by(),
                dispatched.events().toArray(AgentEvent[]::new)));
      }
      case Dispatched s -> Optional.of(Steps.running(s.running(now), appeared.by()));
      case Running s -> Optional.empty();
      case Stopping s -> Optional.empty();
      // What an agent did before its end is often told after it.
      case Stopped s ->
          appeared.at().isAfter(s.endedAt().plus(limits.clockTolerance()))
              ? Optional.of(Change.to(s).andStopInCloud())
              : Optional.empty();
      // There is an agent after all, and nobody waits for it any more. When it came says nothing:
      // what is told late may be of an agent that runs on.
      case Failed s -> Optional.of(Change.to(s).andStopInCloud());
    };
  }

  // Run stages name the task. The others name a user, who may have been in the room before.
  private boolean stale(AgentTaskState state, Evidence.Appeared appeared) {
    return appeared.by() != RunningEvidence.RUN_STAGE && longBefore(state, appeared.at());
  }

  /** True for a moment so long before the start was asked for that no two clocks disagree on it. */
  public boolean longBefore(AgentTaskState state, Instant at) {
    return at.isBefore(state.facts().requestedAt().minus(limits.clockTolerance()));
  }

  // What is not fatal is told before the agent is seen as well as after: it decides nothing, so
  // that the order in which it is told does not either.
  private static Optional<Change> broke(AgentTaskState state, Evidence.Broke broke, Instant now) {
    if (!broke.fatal()) {
      return Optional.empty();
    }
    Failure failure = Failures.ofRuntime(broke);
    return switch (state) {
      case Requested s -> Optional.of(Steps.failed(s.failed(now, failure)).andStopInCloud());
      case Dispatched s -> Optional.of(Steps.failed(s.failed(now, failure)).andStopInCloud());
      case Running s -> Optional.of(Steps.failed(s.failed(now, failure)).andStopInCloud());
      case Stopping s -> Optional.empty();
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  private static Optional<Change> ended(AgentTaskState state, Instant now) {
    return switch (state) {
      case Requested s -> Optional.of(Steps.stopped(s.endedByCloud(now)));
      case Dispatched s -> Optional.of(Steps.stopped(s.endedByCloud(now)));
      case Running s -> Optional.of(Steps.stopped(s.endedByCloud(now)));
      case Stopping s -> Optional.of(Steps.stopped(s.stopped(now)));
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  /**
   * What the passing of time makes of the task; empty when nothing is due.
   *
   * @param trouble the last error that the cloud reported about the agent; null where it reported
   *     none
   * @param heardSince since when evidence has been heard without a break
   */
  public Optional<Change> expire(
      AgentTaskState state, Evidence.@Nullable Broke trouble, Instant heardSince, Instant now) {
    Instant deadline = deadline(state, heardSince).orElse(Instant.MAX);
    if (now.isBefore(deadline)) {
      return Optional.empty();
    }
    return switch (state) {
      case Requested s ->
          Optional.of(Steps.failed(s.failed(now, Failures.startLost())).andStopInCloud());
      case Dispatched s ->
          Optional.of(Steps.failed(s.failed(now, neverJoined(trouble))).andStopInCloud());
      // Callers are told that it did not work; the cloud is asked on.
      case Stopping s ->
          Optional.of(Steps.failed(s.failed(now, Failures.stopUnconfirmed())).andStopInCloud());
      case Running s -> Optional.empty();
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  // The cloud may have said why.
  private static Failure neverJoined(Evidence.@Nullable Broke trouble) {
    return trouble == null ? Failures.agentNeverJoined() : Failures.ofRuntime(trouble);
  }

  /** When {@link #expire} has something to say, if nothing happens until then. */
  public Optional<Instant> deadline(AgentTaskState state, Instant heardSince) {
    return switch (state) {
      case Requested s -> Optional.of(s.facts().requestedAt().plus(limits.startPatience()));
      // Time in which its agent could not be heard does not count against it.
      case Dispatched s ->
          Optional.of(later(s.dispatchedAt(), heardSince).plus(limits.joinDeadline()));
      case Stopping s -> Optional.of(s.stoppingAt().plus(limits.stopPatience()));
      case Running s -> Optional.empty();
      case Stopped s -> Optional.empty();
      case Failed s -> Optional.empty();
    };
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
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
        start.commandId(),
        start.commandId());
  }
}
