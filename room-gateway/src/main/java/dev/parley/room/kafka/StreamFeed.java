package dev.parley.room.kafka;

import dev.parley.events.Topic;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.TopicFollower;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.push.ListenerHub;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The one consumer of this instance that feeds everybody who listens to a room. */
@ApplicationScoped
public class StreamFeed {
  /** Of how many topics a stream is made. */
  public static final int TOPICS = StreamTopics.ALL.size();

  private final ListenerHub hub;
  private final RoomConfig config;
  private final Clock clock;
  private final TopicFollower follower;

  @Inject
  StreamFeed(KafkaClients clients, RoomConfig config, Clock clock, MeterRegistry metrics) {
    this.config = config;
    this.clock = clock;
    this.hub =
        new ListenerHub(
            StreamTopics.ALL.size(), config.push().recentMib() * 1024 * 1024, Topic.PARTITIONS);
    this.follower =
        new TopicFollower(
            "room-stream",
            clients,
            StreamTopics.ALL.stream().map(Topic::topicName).toList(),
            new Feeder());
    metrics.gauge("parley.stream.listeners", hub, ListenerHub::listeners);
  }

  /** Where listeners are. */
  public ListenerHub hub() {
    return hub;
  }

  void start(@Observes StartupEvent event) {
    if (config.roles().push()) {
      follower.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    follower.close();
  }

  private final class Feeder implements TopicFollower.Learner {
    private long lastHeartbeat = clock.millis();
    private Map<Integer, long[]> known = Map.of();

    @Override
    public void prepare() {
      known = hub.positions();
    }

    @Override
    public TopicFollower.Start start(TopicPartition partition) {
      long[] next = known.get(partition.partition());
      // A little back at first: whoever was cut off by the restart resumes from memory.
      return next == null
          ? new TopicFollower.Start.Since(clock.instant().minus(config.push().recentWindow()))
          : new TopicFollower.Start.At(next[StreamTopics.index(partition.topic())]);
    }

    @Override
    public void begin(Map<TopicPartition, Long> starts) {
      Map<Integer, long[]> byPartition = new HashMap<>();
      starts.forEach(
          (partition, start) ->
              byPartition
                      .computeIfAbsent(partition.partition(), key -> new long[TOPICS])[
                      StreamTopics.index(partition.topic())] =
                  start);
      hub.begin(byPartition);
    }

    @Override
    public void learn(ConsumerRecord<String, byte[]> record) {
      hub.take(record.partition(), StreamTopics.record(record));
    }

    @Override
    public void tick() {
      if (clock.millis() - lastHeartbeat >= config.push().streamHeartbeat().toMillis()) {
        lastHeartbeat = clock.millis();
        hub.heartbeat();
      }
    }
  }
}
