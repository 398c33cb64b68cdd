package dev.parley.room.kafka;

import dev.parley.events.RoomState;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.push.LiveRooms;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps every replica's {@link LiveRooms}: each reads the whole compacted topic. */
@ApplicationScoped
public class RoomsView {
  private static final Logger LOG = Logger.getLogger(RoomsView.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final LiveRooms rooms = new LiveRooms();
  private final KafkaClients clients;
  private final boolean on;
  private volatile boolean complete;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<String, Decoded> reading;

  @Inject
  RoomsView(KafkaClients clients, RoomConfig config) {
    this.clients = clients;
    this.on = config.roles().push();
  }

  /** The rooms; empty while the topic has not been read to its end yet. */
  public Optional<LiveRooms> rooms() {
    return complete ? Optional.of(rooms) : Optional.empty();
  }

  void start(@Observes StartupEvent event) {
    if (on) {
      Thread.ofPlatform().daemon().name("rooms-view").start(this::read);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    KafkaConsumer<String, Decoded> consumer = reading;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private void read() {
    while (!stopping) {
      try (KafkaConsumer<String, Decoded> consumer = consumer()) {
        reading = consumer;
        follow(consumer);
      } catch (WakeupException e) {
        LOG.debug("rooms are read no more");
        return;
      } catch (KafkaException e) {
        LOG.warnf("rooms cannot be read, trying again: %s", e.getMessage());
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private KafkaConsumer<String, Decoded> consumer() {
    Map<String, Object> settings = clients.consumerConfig("rooms-view");
    // Every replica reads everything: no group.
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new EnvelopeDeserializer());
  }

  private void follow(KafkaConsumer<String, Decoded> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.ROOMS.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!stopping) {
      for (ConsumerRecord<String, Decoded> record : consumer.poll(POLL)) {
        take(record);
      }
      if (!complete) {
        complete =
            ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
      }
    }
  }

  private void take(ConsumerRecord<String, Decoded> record) {
    switch (record.value()) {
      case null -> rooms.take(record.key(), null);
      case Decoded.Tombstone tombstone -> rooms.take(record.key(), null);
      case Decoded.Event event -> {
        if (event.envelope().data() instanceof RoomState state) {
          rooms.take(record.key(), state);
        }
      }
      case Decoded.UnknownType unknown -> {}
      case Decoded.Refused refused ->
          LOG.warnf(
              "a room's state cannot be read offset=%d: %s", record.offset(), refused.reason());
    }
  }
}
