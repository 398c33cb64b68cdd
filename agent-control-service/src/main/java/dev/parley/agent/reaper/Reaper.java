package dev.parley.agent.reaper;

import dev.parley.agent.AgentTaskState;
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds agents that nobody needs any more: the cloud bills them until its own idle timeout, which
 * is minutes. Pure.
 */
public final class Reaper {
  private final Rules rules;

  /**
   * When an agent is stopped although nobody asked.
   *
   * @param targetLeftGrace how long the target user, or the agent, may be gone, and the room be
   *     over; who comes back within it finds the agent
   * @param targetJoinGrace how long an agent may run in a room that its target user never came to
   * @param maxDuration how long an agent may run
   * @param silence how long nothing may be heard of a running agent
   */
  public record Rules(
      Duration targetLeftGrace, Duration targetJoinGrace, Duration maxDuration, Duration silence) {
    public Rules {
      if (targetLeftGrace.isNegative()
          || targetJoinGrace.isNegative()
          || maxDuration.isNegative()
          || silence.isNegative()) {
        throw new IllegalArgumentException("the reaper's durations must not be negative");
      }
    }
  }

  public Reaper(Rules rules) {
    this.rules = rules;
  }

  /** Why the task is to be stopped now; empty when it is not. */
  public Optional<StopReason> due(AgentTaskState state, SignsOfLife signs, Instant now) {
    if (!mayBeStopped(state)) {
      return Optional.empty();
    }
    if (signs.targetLeftAt() != null
        && !now.isBefore(signs.targetLeftAt().plus(rules.targetLeftGrace()))) {
      return Optional.of(StopReason.TARGET_LEFT);
    }
    // A room closes when its last user leaves, also one who only lost the connection.
    if (signs.roomClosedAt() != null
        && !now.isBefore(signs.roomClosedAt().plus(rules.targetLeftGrace()))) {
      return Optional.of(StopReason.ROOM_CLOSED);
    }
    if (signs.agentLeftAt() != null
        && !now.isBefore(signs.agentLeftAt().plus(rules.targetLeftGrace()))) {
      return Optional.of(StopReason.ENDED_BY_CLOUD);
    }
    if (state instanceof AgentTaskState.Running running) {
      if (signs.awaitedSince() != null
          && !now.isBefore(joinDeadline(running, signs.awaitedSince()))) {
        return Optional.of(StopReason.TARGET_LEFT);
      }
      if (!now.isBefore(running.runningAt().plus(rules.maxDuration()))) {
        return Optional.of(StopReason.MAX_DURATION);
      }
      if (!now.isBefore(signs.lastSignAt().plus(rules.silence()))) {
        return Optional.of(StopReason.SILENCE);
      }
    }
    return Optional.empty();
  }

  /** When {@link #due} has something to say, if nothing happens until then. */
  public Optional<Instant> next(AgentTaskState state, SignsOfLife signs) {
    if (!mayBeStopped(state)) {
      return Optional.empty();
    }
    Instant next = Instant.MAX;
    if (signs.roomClosedAt() != null) {
      next = earlier(next, signs.roomClosedAt().plus(rules.targetLeftGrace()));
    }
    if (signs.targetLeftAt() != null) {
      next = earlier(next, signs.targetLeftAt().plus(rules.targetLeftGrace()));
    }
    if (signs.agentLeftAt() != null) {
      next = earlier(next, signs.agentLeftAt().plus(rules.targetLeftGrace()));
    }
    if (state instanceof AgentTaskState.Running running) {
      if (signs.awaitedSince() != null) {
        next = earlier(next, joinDeadline(running, signs.awaitedSince()));
      }
      next = earlier(next, running.runningAt().plus(rules.maxDuration()));
      next = earlier(next, signs.lastSignAt().plus(rules.silence()));
    }
    return next.equals(Instant.MAX) ? Optional.empty() : Optional.of(next);
  }

  /**
   * How much younger than told the last sign of life may be: so often it is written down that the
   * agent lives. A small part of the silence, so that a worker that takes over does not begin to
   * count anew.
   */
  public Duration signsEvery() {
    return rules.silence().dividedBy(6);
  }

  // A worker that has just taken over may be the first that misses the user: somebody whose coming
  // was not told may be talking, and is to be heard before that.
  private Instant joinDeadline(AgentTaskState.Running running, Instant awaitedSince) {
    Instant from = awaitedSince.isAfter(running.runningAt()) ? awaitedSince : running.runningAt();
    return from.plus(rules.targetJoinGrace());
  }

  private static boolean mayBeStopped(AgentTaskState state) {
    return state.wireState() == AgentTask.State.DISPATCHED
        || state.wireState() == AgentTask.State.RUNNING;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
