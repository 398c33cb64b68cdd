package dev.parley.agent.usage;

import dev.parley.events.id.AppId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;

/** From when to when an agent was in its room. */
public record UsageSpan(AppId appId, TaskId taskId, String scene, Instant from, Instant to) {
  public UsageSpan {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("to must not be before from");
    }
  }

  /** How much of it lies in that time. */
  Duration within(Instant begin, Instant end) {
    Instant first = from.isBefore(begin) ? begin : from;
    Instant last = to.isAfter(end) ? end : to;
    return last.isAfter(first) ? Duration.between(first, last) : Duration.ZERO;
  }
}
