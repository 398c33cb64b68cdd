package dev.parley.agent;

import dev.parley.events.Failure;

/** What is to be done about a command. */
public sealed interface Decision {

  /**
   * Call the cloud, then {@link AgentControl#settle}.
   *
   * @param first what must be on Kafka before the call is made; without events when nothing is new
   */
  record CallCloud(Change first) implements Decision {}

  /** Nothing to call; this is how the task stands now. */
  record Settle(Change change) implements Decision {}

  /** Already carried out, or without meaning any more. Redelivery is harmless because of it. */
  record Ignore(String why) implements Decision {}

  /** Not carried out, and the caller is told why. */
  record Refuse(Failure failure) implements Decision {}
}
