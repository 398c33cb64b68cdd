package dev.parley.kit.kafka;

import dev.parley.events.EventType;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.kit.kafka.ProducerLane.Handover;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to Kafka and says so only when Kafka has them. Events that one caller hands over
 * one after the other for the same room arrive in that order, unless one of them fails.
 */
@ApplicationScoped
public class EventPublisher {
  private final KafkaClients clients;
  private final Clock clock;
  private final String source;
  private final int maxInFlight;
  private final long maxInFlightBytes;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();
  private final MeterRegistry metrics;

  // The registry would build and compare tags for each record.
  private final Map<Kind, Counter> published = new ConcurrentHashMap<>();

  private final ProducerLane lane;
  private volatile @Nullable ProducerLane inOrder;

  private record Kind(String type, boolean acknowledged) {}

  @Inject
  EventPublisher(
      KafkaClients clients,
      KafkaConfig config,
      Clock clock,
      MeterRegistry metrics,
      @ConfigProperty(name = "quarkus.application.name") String application) {
    this.clients = clients;
    this.clock = clock;
    this.source = "/parley/" + application;
    this.maxInFlight = config.maxInFlight();
    this.maxInFlightBytes = config.maxInFlightMib() * 1024L * 1024;
    this.metrics = metrics;
    this.lane = new ProducerLane("event-publisher", clients.producerConfig());
    metrics.gauge("parley.events.in.flight", inFlight);
    metrics.gauge("parley.events.in.flight.bytes", inFlightBytes);
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

    /** The same event in the trace of the call that caused it. */
    public Draft in(@Nullable String trace) {
      return trace == null ? this : new Draft(data, id, trace);
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

  /** As {@link #sendAll}, for callers who go on elsewhere than on the producer's thread. */
  public Uni<Void> publishAll(List<Draft> drafts) {
    return Uni.createFrom()
        .completionStage(() -> sendAll(drafts))
        .emitOn(Infrastructure.getDefaultExecutor());
  }

  /**
   * Hands events over at once, in order and together, which is cheaper than one by one; the stage
   * completes on the producer's own thread when all are acknowledged, and fails when one is not.
   * Those that can be written are, unless all together are more than may wait.
   */
  public CompletionStage<Void> sendAll(List<Draft> drafts) {
    Acknowledgements all = new Acknowledgements(drafts.size());
    List<Handover> handovers = new ArrayList<>(drafts.size());
    for (Draft draft : drafts) {
      try {
        handovers.add(handover(draft, all));
      } catch (EventRefusedException e) {
        all.settle(e);
      }
    }
    send(handovers, lane);
    return all.stage();
  }

  /**
   * Hands an event over at once; the stage completes on the producer's own thread when Kafka has
   * acknowledged. For callers that count acknowledgements themselves.
   */
  public CompletionStage<Void> send(Draft draft) {
    return send(draft, lane);
  }

  /**
   * As {@link #send(Draft)}, but an event that was taken is not given up while this process lives:
   * when Kafka is back after whatever time, what one caller handed over for one room arrives in the
   * order in which it was handed over. A stage that has failed on return was not taken.
   */
  public CompletionStage<Void> sendInOrder(Draft draft) {
    return send(draft, inOrder());
  }

  private ProducerLane inOrder() {
    ProducerLane there = inOrder;
    if (there == null) {
      synchronized (this) {
        there = inOrder;
        if (there == null) {
          there = new ProducerLane("event-publisher-in-order", clients.patientProducerConfig());
          inOrder = there;
        }
      }
    }
    return there;
  }

  private CompletionStage<Void> send(Draft draft, ProducerLane through) {
    Acknowledgements one = new Acknowledgements(1);
    try {
      send(List.of(handover(draft, one)), through);
    } catch (EventRefusedException e) {
      one.settle(e);
    }
    return one.stage();
  }

  // Encoded here and not on the lane's thread, which all callers share.
  private Handover handover(Draft draft, Acknowledgements waiting) {
    Envelope<Payload> envelope =
        new Envelope<>(draft.id(), source, clock.instant(), draft.traceparent(), draft.data());
    return handover(EventCodec.toEncodedRecord(envelope), envelope.type().value(), waiting);
  }

  private Handover handover(
      ProducerRecord<String, byte[]> record, String type, Acknowledgements waiting) {
    int bytes = record.key().length() + (record.value() == null ? 0 : record.value().length);
    return new Handover(
        record,
        bytes,
        failure -> {
          settled(type, bytes, failure);
          waiting.settle(failure);
        });
  }

  /**
   * As {@link #send(Draft)}, but writes a tombstone: compaction removes what the topic has under
   * the key of that payload, which is of its compacted topic.
   */
  public CompletionStage<Void> erase(Payload last) {
    EventType type = PayloadTypes.of(last.getClass());
    if (type.topic().cleanup() != Topic.Cleanup.COMPACT) {
      throw new IllegalArgumentException(type.topic().topicName() + " is not compacted");
    }
    Acknowledgements one = new Acknowledgements(1);
    send(
        List.of(
            handover(
                new ProducerRecord<>(type.topic().topicName(), last.recordKey(), null),
                "tombstone",
                one)),
        lane);
    return one.stage();
  }

  private void send(List<Handover> handovers, ProducerLane through) {
    int bytes = 0;
    for (Handover each : handovers) {
      bytes += each.bytes();
    }
    int count = inFlight.addAndGet(handovers.size());
    long size = inFlightBytes.addAndGet(bytes);
    if (count > maxInFlight || size > maxInFlightBytes) {
      KafkaUnavailableException full =
          KafkaUnavailableException.notTaken("too many events wait for Kafka", null);
      handovers.forEach(each -> each.settled().accept(full));
    } else {
      through.send(handovers);
    }
  }

  private void settled(String type, int bytes, @Nullable Throwable failure) {
    inFlight.decrementAndGet();
    inFlightBytes.addAndGet(-bytes);
    published.computeIfAbsent(new Kind(type, failure == null), this::counter).increment();
  }

  private Counter counter(Kind kind) {
    return metrics.counter(
        "parley.events.published",
        Tags.of("type", kind.type(), "outcome", kind.acknowledged() ? "acknowledged" : "failed"));
  }

  @PreDestroy
  void close() {
    lane.close();
    ProducerLane there = inOrder;
    if (there != null) {
      there.close();
    }
  }
}
