package dev.parley.agent;

import java.time.Duration;

/**
 * How long a task may stay in a state.
 *
 * @param joinDeadline from the cloud's acceptance to the first evidence that the agent is there
 * @param startPatience from the request to the cloud's answer, for a start that was lost on the way
 * @param stopPatience from the decision to stop to the cloud's confirmation
 * @param clockTolerance how far the clocks of the cloud and of Parley may differ
 */
public record Limits(
    Duration joinDeadline, Duration startPatience, Duration stopPatience, Duration clockTolerance) {
  public Limits {
    positive("joinDeadline", joinDeadline);
    positive("startPatience", startPatience);
    positive("stopPatience", stopPatience);
    if (clockTolerance.isNegative()) {
      throw new IllegalArgumentException("clockTolerance must not be negative");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive");
    }
  }
}
