package dev.parley.agent;

import dev.parley.agent.AgentTaskState.Dispatched;
import dev.parley.agent.AgentTaskState.Failed;
import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.AgentTaskState.Stopped;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.events.AgentTask;
import dev.parley.events.Failure;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** States as the records of {@code rtc.agent.tasks}, and back. Nothing is lost on the way. */
public final class TaskSnapshots {
  private TaskSnapshots() {}

  /**
   * The record of a state.
   *
   * @param targetLeftAt since when the target user is gone
   * @param agentLeftAt since when the agent's user is gone
   * @param cleanUpSince since when the cloud is asked to stop what an ended task may have left
   * @param at when the state was entered or last touched
   */
  public static AgentTask snapshot(
      AgentTaskState state,
      @Nullable Instant targetLeftAt,
      @Nullable Instant agentLeftAt,
      @Nullable Instant cleanUpSince,
      Instant at) {
    TaskFacts facts = state.facts();
    Milestones reached = state.milestones();
    return new AgentTask(
        facts.appId(),
        facts.roomId(),
        at.toEpochMilli(),
        facts.taskId(),
        state.wireState(),
        facts.scene(),
        facts.agentUserId(),
        facts.targetUserId(),
        facts.lastCommandId(),
        facts.requestedAt().toEpochMilli(),
        millis(reached.dispatchedAt()),
        millis(reached.runningAt()),
        millis(reached.stoppingAt()),
        millis(state.endedAt()),
        state.stopReason(),
        state.failure(),
        millis(targetLeftAt),
        millis(agentLeftAt),
        millis(cleanUpSince),
        facts.startCommandId());
  }

  /**
   * True for a state that was overtaken: a worker that stood still may write one after the worker
   * that took over has written the end. The same task id asked for anew, long after, is none.
   *
   * @param known the state that came before it
   */
  public static boolean overtaken(AgentTask next, AgentTask known) {
    return known.state().ended()
        && !next.state().ended()
        && next.requestedTimeMillis() <= known.requestedTimeMillis();
  }

  /** The state that a record was made from. */
  public static AgentTaskState restore(AgentTask task) {
    TaskFacts facts =
        new TaskFacts(
            task.appId(),
            task.roomId(),
            task.taskId(),
            task.scene(),
            task.agentUserId(),
            task.targetUserId(),
            Instant.ofEpochMilli(task.requestedTimeMillis()),
            task.lastCommandId(),
            startCommandId(task));
    // A field that a newer or older writer left out is replaced by the time of the record.
    Instant touched = Instant.ofEpochMilli(task.eventTimeMillis());
    Milestones reached =
        new Milestones(
            instant(task.dispatchedTimeMillis()),
            instant(task.runningTimeMillis()),
            instant(task.stoppingTimeMillis()));
    StopReason reason = task.stopReason() == null ? StopReason.ENDED_BY_CLOUD : task.stopReason();
    return switch (task.state()) {
      case REQUESTED -> new Requested(facts);
      case DISPATCHED -> new Dispatched(facts, or(reached.dispatchedAt(), touched));
      case RUNNING ->
          new Running(facts, or(reached.dispatchedAt(), touched), or(reached.runningAt(), touched));
      case STOPPING -> new Stopping(facts, reached, or(reached.stoppingAt(), touched), reason);
      case STOPPED ->
          new Stopped(facts, reached, or(instant(task.endedTimeMillis()), touched), reason);
      case FAILED ->
          new Failed(facts, reached, or(instant(task.endedTimeMillis()), touched), failure(task));
    };
  }

  // Older workers did not say, but a task that was only requested had no other command yet.
  private static @Nullable CommandId startCommandId(AgentTask task) {
    return task.startCommandId() == null && task.state() == AgentTask.State.REQUESTED
        ? task.lastCommandId()
        : task.startCommandId();
  }

  private static Failure failure(AgentTask task) {
    return task.failure() != null
        ? task.failure()
        : new Failure(
            "unknown", "The task failed.", "Look into the log of the worker.", null, null);
  }

  private static Instant or(@Nullable Instant value, Instant otherwise) {
    return value == null ? otherwise : value;
  }

  private static @Nullable Long millis(@Nullable Instant at) {
    return at == null ? null : at.toEpochMilli();
  }

  private static @Nullable Instant instant(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }
}
