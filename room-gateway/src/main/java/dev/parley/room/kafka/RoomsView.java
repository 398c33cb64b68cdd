package dev.parley.room.kafka;

import dev.parley.events.RoomState;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.TopicFollower;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.push.LiveRooms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Keeps every replica's {@link LiveRooms}: each reads the whole compacted topic. */
@ApplicationScoped
public class RoomsView {
  private static final Logger LOG = Logger.getLogger(RoomsView.class);

  private final LiveRooms rooms = new LiveRooms();
  private final boolean on;
  private final TopicFollower follower;
  private final Counter passedOver;

  @Inject
  RoomsView(KafkaClients clients, RoomConfig config, MeterRegistry metrics) {
    this.passedOver = metrics.counter("parley.records.passed.over", "reader", "rooms-view");
    this.on = config.roles().push();
    this.follower =
        new TopicFollower("rooms-view", clients, List.of(Topic.ROOMS.topicName()), this::take);
  }

  /** The rooms; empty while the topic has not been read to its end yet. */
  public Optional<LiveRooms> rooms() {
    return follower.caughtUp() ? Optional.of(rooms) : Optional.empty();
  }

  void start(@Observes StartupEvent event) {
    if (on) {
      follower.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    follower.close();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Tombstone tombstone -> rooms.take(record.key(), null);
      case Decoded.Event event -> {
        if (event.envelope().data() instanceof RoomState state) {
          rooms.take(record.key(), state);
        }
      }
      case Decoded.UnknownType unknown -> passedOver(record, "unknown type " + unknown.type());
      case Decoded.Refused refused -> passedOver(record, refused.reason());
    }
  }

  private void passedOver(ConsumerRecord<String, byte[]> record, String reason) {
    passedOver.increment();
    LOG.warnf(
        "a room's state cannot be read position=%d:%d: %s",
        record.partition(), record.offset(), reason);
  }
}
