package dev.parley.analytics.kafka;

import dev.parley.analytics.hour.Mark;
import dev.parley.analytics.hour.OpenRoom;
import dev.parley.events.Topic;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Three of Parley's topics in, results and dead letters out. One processor reads all three: they
 * are keyed and partitioned alike, so that one task has everything about a room.
 */
public final class RoomHourTopology {
  /** Where the results go. */
  public static final String RESULTS = "analytics.room-hours";

  /** Where records go that are in no figure. */
  public static final String DEAD_LETTERS = "analytics.room-hours.dead-letters";

  /** What is read. The order is that of {@link Mark#source()}: append, never reorder. */
  static final List<Topic> SOURCES =
      List.of(Topic.ROOM_EVENTS, Topic.AGENT_EVENTS, Topic.AGENT_ROUNDS);

  static final String ROOMS = "rooms";
  static final String MARKS = "marks";
  static final String PROGRESS = "progress";
  static final String TO_RESULTS = "to-results";
  static final String TO_DEAD_LETTERS = "to-dead-letters";

  private static final String SOURCE = "facts";
  private static final String PROCESSOR = "hours";

  private RoomHourTopology() {}

  /**
   * The topology.
   *
   * @param grace how long after its end an hour waits for late events
   * @param updateEvery how often changed results are told; within that time they are put together
   * @param idleAfter a partition without any record for so long goes by the wall clock
   */
  public static Topology of(Duration grace, Duration updateEvery, Duration idleAfter) {
    Topology topology = new Topology();
    topology.addSource(
        AutoOffsetReset.earliest(),
        SOURCE,
        new EventTime(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        SOURCES.stream().map(Topic::topicName).toArray(String[]::new));
    topology.addProcessor(
        PROCESSOR, () -> new RoomHourProcessor(grace, updateEvery, idleAfter), SOURCE);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(ROOMS),
                Serdes.String(),
                JsonSerde.of(OpenRoom.class))
            .withCachingEnabled(),
        PROCESSOR);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(MARKS), Serdes.String(), JsonSerde.of(Mark.class)),
        PROCESSOR);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(PROGRESS), Serdes.String(), Serdes.Long()),
        PROCESSOR);
    topology.addSink(
        TO_RESULTS, RESULTS, new ByteArraySerializer(), new ByteArraySerializer(), PROCESSOR);
    topology.addSink(
        TO_DEAD_LETTERS,
        DEAD_LETTERS,
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        PROCESSOR);
    return topology;
  }
}
