package dev.parley.agent.kafka;

import dev.parley.kit.kafka.EventPublisher.Draft;
import java.util.List;

/** Where outcomes are written. */
@FunctionalInterface
interface Journal {

  /**
   * Writes in order and returns when Kafka has acknowledged all; blocks meanwhile.
   *
   * @throws dev.parley.kit.kafka.KafkaUnavailableException when it has not; nothing is known then
   */
  void append(List<Draft> drafts) throws InterruptedException;
}
