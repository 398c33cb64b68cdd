package dev.parley.agent;

import dev.parley.events.AgentEvent;
import java.util.List;

/**
 * A step of a task: its state from now on and the events that say so.
 *
 * @param stopInCloud true when the cloud may have an agent that Parley no longer counts on; it is
 *     to be asked to stop it
 */
public record Change(AgentTaskState state, List<AgentEvent> events, boolean stopInCloud) {
  public Change {
    events = List.copyOf(events);
  }

  static Change to(AgentTaskState state, AgentEvent... events) {
    return new Change(state, List.of(events), false);
  }

  Change andStopInCloud() {
    return new Change(state, events, true);
  }
}
