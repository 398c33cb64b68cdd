package dev.parley.agent.kafka;

import dev.parley.events.AgentTask;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.KafkaUnavailableException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Writes with the service's publisher. */
final class PublishedJournal implements Journal {
  private final EventPublisher publisher;

  PublishedJournal(EventPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public void append(List<EventPublisher.Draft> drafts) throws InterruptedException {
    await(publisher.sendAll(drafts));
  }

  @Override
  public void erase(AgentTask task) throws InterruptedException {
    await(publisher.erase(task));
  }

  private static void await(CompletionStage<Void> acknowledged) throws InterruptedException {
    try {
      Void unused = acknowledged.toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new KafkaUnavailableException("Kafka did not acknowledge", e.getCause());
    }
  }
}
