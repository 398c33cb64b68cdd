package dev.parley.agent;

import dev.parley.events.AgentTask;
import dev.parley.events.Failure;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a task stands. Each state owns its exits: a transition that is not a method here does not
 * exist.
 *
 * <pre>
 * REQUESTED -> DISPATCHED -> RUNNING -> STOPPING -> STOPPED
 *      \____________\___________\___________\------> FAILED
 * </pre>
 */
public sealed interface AgentTaskState {

  TaskFacts facts();

  /** The state's name on the wire. */
  AgentTask.State wireState();

  /** What the task had reached so far. */
  Milestones milestones();

  /** The same state after a command that did not change it. */
  AgentTaskState after(CommandId commandId);

  /** True where nothing follows any more. */
  default boolean ended() {
    return wireState().ended();
  }

  /** When the task ended; null while it has not. */
  default @Nullable Instant endedAt() {
    return null;
  }

  /** Why the agent is or was stopped; null where it was not. */
  default @Nullable StopReason stopReason() {
    return null;
  }

  /** What went wrong; null where nothing did. */
  default @Nullable Failure failure() {
    return null;
  }

  /** A worker took up the command; the cloud has not accepted it yet. */
  record Requested(TaskFacts facts) implements AgentTaskState {
    @Override
    public AgentTask.State wireState() {
      return AgentTask.State.REQUESTED;
    }

    @Override
    public Milestones milestones() {
      return Milestones.NONE;
    }

    @Override
    public Requested after(CommandId commandId) {
      return new Requested(facts.after(commandId));
    }

    /** The cloud accepted the start. */
    public Dispatched dispatched(Instant at) {
      return new Dispatched(facts, at);
    }

    /** A stop was decided before the cloud was known to have accepted the start. */
    public Stopping stopping(Instant at, StopReason reason) {
      return new Stopping(facts, milestones().stopping(at), at, reason);
    }

    /** The cloud says that the task is over. */
    public Stopped endedByCloud(Instant at) {
      return new Stopped(facts, milestones(), at, StopReason.ENDED_BY_CLOUD);
    }

    /** The start did not work. */
    public Failed failed(Instant at, Failure failure) {
      return new Failed(facts, milestones(), at, failure);
    }
  }

  /** The cloud accepted the start; that the agent is in the room is not known yet. */
  record Dispatched(TaskFacts facts, Instant dispatchedAt) implements AgentTaskState {
    @Override
    public AgentTask.State wireState() {
      return AgentTask.State.DISPATCHED;
    }

    @Override
    public Milestones milestones() {
      return new Milestones(dispatchedAt, null, null);
    }

    @Override
    public Dispatched after(CommandId commandId) {
      return new Dispatched(facts.after(commandId), dispatchedAt);
    }

    /** The cloud's evidence says that the agent is in the room. */
    public Running running(Instant at) {
      return new Running(facts, dispatchedAt, at);
    }

    /** A stop was decided. */
    public Stopping stopping(Instant at, StopReason reason) {
      return new Stopping(facts, milestones().stopping(at), at, reason);
    }

    /** The cloud says that the task is over. */
    public Stopped endedByCloud(Instant at) {
      return new Stopped(facts, milestones(), at, StopReason.ENDED_BY_CLOUD);
    }

    /** The agent never came, or broke on the way. */
    public Failed failed(Instant at, Failure failure) {
      return new Failed(facts, milestones(), at, failure);
    }
  }

  /** The agent is in the room. */
  record Running(TaskFacts facts, Instant dispatchedAt, Instant runningAt)
      implements AgentTaskState {
    @Override
    public AgentTask.State wireState() {
      return AgentTask.State.RUNNING;
    }

    @Override
    public Milestones milestones() {
      return new Milestones(dispatchedAt, runningAt, null);
    }

    @Override
    public Running after(CommandId commandId) {
      return new Running(facts.after(commandId), dispatchedAt, runningAt);
    }

    /** A stop was decided. */
    public Stopping stopping(Instant at, StopReason reason) {
      return new Stopping(facts, milestones().stopping(at), at, reason);
    }

    /** The cloud says that the task is over. */
    public Stopped endedByCloud(Instant at) {
      return new Stopped(facts, milestones(), at, StopReason.ENDED_BY_CLOUD);
    }

    /** The agent broke. */
    public Failed failed(Instant at, Failure failure) {
      return new Failed(facts, milestones(), at, failure);
    }
  }

  /** A stop was decided; the cloud has not confirmed it. */
  record Stopping(TaskFacts facts, Milestones milestones, Instant stoppingAt, StopReason stopReason)
      implements AgentTaskState {
    @Override
    public AgentTask.State wireState() {
      return AgentTask.State.STOPPING;
    }

    @Override
    public Stopping after(CommandId commandId) {
      return new Stopping(facts.after(commandId), milestones, stoppingAt, stopReason);
    }

    /** The cloud confirmed. */
    public Stopped stopped(Instant at) {
      return new Stopped(facts, milestones, at, stopReason);
    }

    /** The cloud did not confirm for too long. */
    public Failed failed(Instant at, Failure failure) {
      return new Failed(facts, milestones, at, failure);
    }
  }

  /** The agent is gone. */
  record Stopped(TaskFacts facts, Milestones milestones, Instant endedAt, StopReason stopReason)
      implements AgentTaskState {
    @Override
    public AgentTask.State wireState() {
      return AgentTask.State.STOPPED;
    }

    @Override
    public Stopped after(CommandId commandId) {
      return new Stopped(facts.after(commandId), milestones, endedAt, stopReason);
    }
  }

  /** The agent could not start, or broke. */
  record Failed(TaskFacts facts, Milestones milestones, Instant endedAt, Failure failure)
      implements AgentTaskState {
    @Override
    public AgentTask.State wireState() {
      return AgentTask.State.FAILED;
    }

    @Override
    public Failed after(CommandId commandId) {
      return new Failed(facts.after(commandId), milestones, endedAt, failure);
    }
  }
}
