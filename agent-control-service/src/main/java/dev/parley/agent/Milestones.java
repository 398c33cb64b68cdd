package dev.parley.agent;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a task had reached before it was stopped or failed. */
public record Milestones(
    @Nullable Instant dispatchedAt, @Nullable Instant runningAt, @Nullable Instant stoppingAt) {

  /** A task that the cloud has not accepted. */
  public static final Milestones NONE = new Milestones(null, null, null);

  Milestones stopping(Instant at) {
    return new Milestones(dispatchedAt, runningAt, at);
  }

  /**
   * How long the agent was in the room, up to that moment: the difference of the two times as
   * events tell them, in whole milliseconds, whether this worker saw them or another one.
   */
  Duration active(Instant until) {
    if (runningAt == null || until.isBefore(runningAt)) {
      return Duration.ZERO;
    }
    return Duration.ofMillis(until.toEpochMilli() - runningAt.toEpochMilli());
  }
}
