package dev.parley.agent;

import dev.parley.events.Failure;

/** What is to be done about a command. */
public sealed interface Decision {

  /**
   * Call the cloud, then {@link AgentControl#settle}.
   *
   * @param first what must be on Kafka before the call is made; without events when nothing is new
   * @param maybeMadeBefore true when a worker before may have made the same call and died
   */
  record CallCloud(Change first, boolean maybeMadeBefore) implements Decision {

    /**
     * The step after the answer. The answer to a second call says nothing about the first: a start
     * that fails then may have left an agent in the cloud, which is to be stopped there.
     */
    public Change settled(Change step) {
      return maybeMadeBefore && step.state() instanceof AgentTaskState.Failed
          ? step.andStopInCloud()
          : step;
    }
  }

  /** Nothing to call; this is how the task stands now. */
  record Settle(Change change) implements Decision {}

  /** Already carried out, or without meaning any more. Redelivery is harmless because of it. */
  record Ignore(String why) implements Decision {}

  /** Not carried out, and the caller is told why. */
  record Refuse(Failure failure) implements Decision {}
}
