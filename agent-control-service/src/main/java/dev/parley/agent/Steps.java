package dev.parley.agent;

import dev.parley.agent.AgentTaskState.Failed;
import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.AgentTaskState.Stopped;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.Failure;
import dev.parley.events.PayloadTypes;
import dev.parley.events.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps that a task can take, each with the events that tell of it. */
final class Steps {
  private Steps() {}

  static AgentEvent requested(StartAgent start, Instant now) {
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

  static Change dispatched(Requested state, @Nullable String requestId, Instant now) {
    TaskFacts facts = state.facts();
    return Change.to(
        state.dispatched(now),
        new AgentDispatched(
            facts.appId(), facts.roomId(), now.toEpochMilli(), facts.taskId(), requestId));
  }

  static Change running(Running state, RunningEvidence by, AgentEvent... before) {
    TaskFacts facts = state.facts();
    List<AgentEvent> events = new ArrayList<>(List.of(before));
    events.add(
        new AgentRunning(
            facts.appId(), facts.roomId(), state.runningAt().toEpochMilli(), facts.taskId(), by));
    return new Change(state, events, false);
  }

  static Change stopping(Stopping state, StopReason reason, Instant now) {
    TaskFacts facts = state.facts();
    return Change.to(
        state,
        new AgentStopping(
            facts.appId(), facts.roomId(), now.toEpochMilli(), facts.taskId(), reason));
  }

  static Change failed(Failed state, AgentEvent... before) {
    TaskFacts facts = state.facts();
    List<AgentEvent> events = new ArrayList<>(List.of(before));
    addUsage(state, state.endedAt(), events);
    events.add(
        new AgentFailed(
            facts.appId(),
            facts.roomId(),
            state.endedAt().toEpochMilli(),
            facts.taskId(),
            state.failure()));
    return new Change(state, events, false);
  }

  static Change stopped(Stopped state, AgentEvent... before) {
    TaskFacts facts = state.facts();
    List<AgentEvent> events = new ArrayList<>(List.of(before));
    addUsage(state, state.endedAt(), events);
    events.add(
        new AgentStopped(
            facts.appId(),
            facts.roomId(),
            state.endedAt().toEpochMilli(),
            facts.taskId(),
            state.stopReason(),
            state.milestones().active(state.endedAt()).toMillis()));
    return new Change(state, events, false);
  }

  // An agent that never was in the room has used nothing. Before the end: whoever follows a task
  // listens no longer than to that.
  private static void addUsage(AgentTaskState state, Instant endedAt, List<AgentEvent> events) {
    Instant runningAt = state.milestones().runningAt();
    if (runningAt != null) {
      TaskFacts facts = state.facts();
      events.add(
          new AgentUsageMeasured(
              facts.appId(),
              facts.roomId(),
              endedAt.toEpochMilli(),
              facts.taskId(),
              facts.scene(),
              runningAt.toEpochMilli(),
              state.milestones().active(endedAt).toMillis()));
    }
  }

  static AgentEvent completed(
      TaskFacts facts, AgentCommand command, @Nullable String requestId, Instant now) {
    return new AgentCommandCompleted(
        facts.appId(),
        facts.roomId(),
        now.toEpochMilli(),
        facts.taskId(),
        command.commandId(),
        PayloadTypes.of(command.getClass()).value(),
        requestId);
  }

  static AgentEvent refused(AgentCommand command, Failure failure, Instant now) {
    return new AgentCommandRefused(
        command.appId(),
        command.roomId(),
        now.toEpochMilli(),
        command.taskId(),
        command.commandId(),
        PayloadTypes.of(command.getClass()).value(),
        failure);
  }
}
