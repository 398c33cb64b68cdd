package dev.parley.room.ingest;

import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Kafka by hand: what was handed over waits until the test says how it went. */
final class FakeKafka {
  record Handed(Draft draft, CompletableFuture<Void> outcome) {}

  final Deque<Handed> handed = new ArrayDeque<>();
  final List<Draft> drafts = new ArrayList<>();
  final List<Payload> kept = new ArrayList<>();

  boolean full;

  CompletionStage<Void> send(Draft draft) {
    if (full) {
      return CompletableFuture.failedFuture(new KafkaUnavailableException("full", null));
    }
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    drafts.add(draft);
    handed.add(new Handed(draft, outcome));
    return outcome;
  }

  void acknowledge() {
    Handed next = handed.remove();
    kept.add(next.draft().data());
    next.outcome().complete(null);
  }

  void acknowledgeAll() {
    while (!handed.isEmpty()) {
      acknowledge();
    }
  }

  void refuse() {
    handed.remove().outcome().completeExceptionally(new KafkaUnavailableException("away", null));
  }

  /** The codec, to which an event is none that a topic takes. */
  void refuse(EventRefusedException why) {
    handed.remove().outcome().completeExceptionally(why);
  }

  List<Long> keptSequences() {
    return kept.stream()
        .filter(SdkEventReported.class::isInstance)
        .map(event -> ((SdkEventReported) event).observer().sequence())
        .toList();
  }
}
