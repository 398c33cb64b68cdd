package dev.parley.agent.kafka;

import dev.parley.events.AgentTask;
import dev.parley.kit.kafka.EventPublisher.Draft;
import java.util.List;

/** Where outcomes are written. */
interface Journal {

  /**
   * Writes and returns when Kafka has acknowledged all; blocks meanwhile. Within a topic in that
   * order; records of different topics may arrive in any order, and one without the other.
   *
   * @throws dev.parley.kit.kafka.KafkaUnavailableException when it has not; nothing is known then
   */
  void append(List<Draft> drafts) throws InterruptedException;

  /** Writes the tombstone of a task; otherwise as {@link #append}. */
  void erase(AgentTask task) throws InterruptedException;
}
