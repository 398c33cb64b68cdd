package dev.parley.kit.kafka;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.RoomPartitioner;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to Kafka and says so only when Kafka has them. Events that one caller hands over
 * one after the other for the same room arrive in that order.
 */
@ApplicationScoped
public class EventPublisher {
  private final KafkaProducer<String, Envelope<?>> producer;
  private final Clock clock;
  private final String source;
  private final int maxInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final MeterRegistry metrics;

  // KafkaProducer.send may wait for metadata: one thread of its own keeps callers from waiting and
  // keeps the order in which they called.
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("event-publisher").factory());

  @Inject
  EventPublisher(
      KafkaClients clients,
      KafkaConfig config,
      Clock clock,
      MeterRegistry metrics,
      @ConfigProperty(name = "quarkus.application.name") String application) {
    Map<String, Object> settings = clients.producerConfig();
    settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, RoomPartitioner.class.getName());
    this.producer = new KafkaProducer<>(settings, new StringSerializer(), new EnvelopeSerializer());
    this.clock = clock;
    this.source = "/parley/" + application;
    this.maxInFlight = config.maxInFlight();
    this.metrics = metrics;
    metrics.gauge("parley.events.in.flight", inFlight);
  }

  /**
   * An event to be written.
   *
   * @param id stable: the same fact told again has the same id
   * @param traceparent W3C trace context, where a trace is under way
   */
  public record Draft(Payload data, String id, @Nullable String traceparent) {
    public Draft(Payload data, String id) {
      this(data, id, null);
    }
  }

  /**
   * Writes one event.
   *
   * @return completes when Kafka has acknowledged; fails with {@link KafkaUnavailableException}
   *     when it has not in time or cannot take more, with {@link EventRefusedException} when the
   *     event is outside the contract's bounds
   */
  public Uni<Void> publish(Payload data, String id) {
    return publish(new Draft(data, id));
  }

  /** As {@link #publish(Payload, String)}. */
  public Uni<Void> publish(Draft draft) {
    return Uni.createFrom()
        .completionStage(() -> send(draft))
        .emitOn(Infrastructure.getDefaultExecutor());
  }

  /** Writes events in order; completes when all are acknowledged, fails when one is not. */
  public Uni<Void> publishAll(List<Draft> drafts) {
    return Uni.createFrom()
        .completionStage(
            () ->
                CompletableFuture.allOf(
                    drafts.stream()
                        .map(draft -> send(draft).toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new)))
        .emitOn(Infrastructure.getDefaultExecutor());
  }

  /**
   * Hands an event over at once and in order; the stage completes on the producer's own thread when
   * Kafka has acknowledged. For callers that count acknowledgements themselves.
   */
  public CompletionStage<Void> send(Draft draft) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      return CompletableFuture.failedFuture(
          new KafkaUnavailableException("too many events wait for Kafka", null));
    }
    CompletionStage<Void> counted = done.whenComplete((ok, failure) -> settled(draft, failure));
    Envelope<Payload> envelope =
        new Envelope<>(draft.id(), source, clock.instant(), draft.traceparent(), draft.data());
    try {
      sender.execute(() -> hand(EventCodec.toRecord(envelope), done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(new KafkaUnavailableException("the service is stopping", e));
    }
    return counted;
  }

  private void hand(ProducerRecord<String, Envelope<?>> record, CompletableFuture<Void> done) {
    try {
      Future<RecordMetadata> unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  done.complete(null);
                } else {
                  done.completeExceptionally(asUnavailable(failure));
                }
              });
    } catch (EventRefusedException e) {
      done.completeExceptionally(e);
    } catch (KafkaException | IllegalStateException e) {
      done.completeExceptionally(asUnavailable(e));
    }
  }

  private static RuntimeException asUnavailable(Exception failure) {
    return failure instanceof EventRefusedException refused
        ? refused
        : new KafkaUnavailableException("Kafka did not acknowledge", failure);
  }

  private void settled(Draft draft, @Nullable Throwable failure) {
    inFlight.decrementAndGet();
    metrics
        .counter(
            "parley.events.published",
            Tags.of(
                "type",
                PayloadTypes.of(draft.data().getClass()).value(),
                "outcome",
                failure == null ? "acknowledged" : "failed"))
        .increment();
  }

  @PreDestroy
  void close() {
    sender.shutdown();
    producer.close(Duration.ofSeconds(5));
  }
}
