package dev.parley.kit.kafka;

import dev.parley.events.codec.RoomPartitioner;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer, and the one thread that hands records to it: {@link KafkaProducer#send} may wait for
 * metadata or memory, callers must not, and the order in which they called is kept.
 */
final class ProducerLane implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final KafkaProducer<String, byte[]> producer;
  private final ExecutorService sender;
  private final Queue<Handover> handed = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean passingOn = new AtomicBoolean();

  ProducerLane(String name, Map<String, Object> producerConfig) {
    Map<String, Object> settings = new HashMap<>(producerConfig);
    settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, RoomPartitioner.class.getName());
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    this.sender =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /**
   * A record on its way.
   *
   * @param bytes of its key and value
   * @param settled told once, on the producer's thread or the caller's: null, or why Kafka has not
   *     acknowledged
   */
  record Handover(
      ProducerRecord<String, byte[]> record,
      int bytes,
      Consumer<@Nullable KafkaUnavailableException> settled) {}

  /** Returns at once. */
  void send(List<Handover> handovers) {
    handed.addAll(handovers);
    passOnSoon();
  }

  // A task for each record would wake the thread for each.
  private void passOnSoon() {
    if (!handed.isEmpty() && passingOn.compareAndSet(false, true)) {
      try {
        sender.execute(() -> passOn(this::hand));
      } catch (RejectedExecutionException e) {
        KafkaUnavailableException stopping =
            new KafkaUnavailableException("the service is stopping", e);
        passOn(handover -> handover.settled().accept(stopping));
      }
    }
  }

  private void passOn(Consumer<Handover> to) {
    try {
      for (Handover next = handed.poll(); next != null; next = handed.poll()) {
        to.accept(next);
      }
    } finally {
      passingOn.set(false);
      // What was added after the last look and before this.
      passOnSoon();
    }
  }

  private void hand(Handover handover) {
    try {
      Future<RecordMetadata> unused =
          producer.send(
              handover.record(),
              (metadata, failure) ->
                  handover.settled().accept(failure == null ? null : notAcknowledged(failure)));
    } catch (KafkaException | IllegalStateException e) {
      handover.settled().accept(notAcknowledged(e));
    }
  }

  private static KafkaUnavailableException notAcknowledged(Exception failure) {
    return new KafkaUnavailableException("Kafka did not acknowledge", failure);
  }

  @Override
  public void close() {
    sender.shutdown();
    producer.close(CLOSE);
  }
}
