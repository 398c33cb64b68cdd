package dev.parley.room.kafka;

import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.room.ReducerRules;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/** Observations in, facts out: one processor, with the rooms and the told messages as its state. */
public final class RoomTopology {
  static final String ROOMS = "rooms";
  static final String REPEATS = "repeats";

  private static final String SOURCE = "observations";
  private static final String PROCESSOR = "reducer";
  private static final List<Topic> RESULTS =
      List.of(
          Topic.ROOM_EVENTS,
          Topic.ROOM_MESSAGES,
          Topic.ROOM_TRANSCRIPTS,
          Topic.ROOMS,
          Topic.AGENT_EVENTS,
          Topic.AGENT_ROUNDS,
          Topic.TOOL_CALLS,
          Topic.BAD_ROWS);

  private RoomTopology() {}

  /**
   * The topology.
   *
   * @param idleAfter see {@link RoomProcessor}
   * @param kafkaAnswers whether Kafka was heard of late; where it was not, no time passes
   * @param clock only for what time it is when nothing comes in
   * @param unreadable counts rooms whose memory cannot be read
   */
  public static Topology of(
      ReducerRules rules,
      Duration idleAfter,
      BooleanSupplier kafkaAnswers,
      Clock clock,
      Counter unreadable) {
    Topology topology = new Topology();
    topology.addSource(
        SOURCE,
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        Topic.ROOM_OBSERVATIONS.topicName());
    topology.addProcessor(
        PROCESSOR,
        () -> new RoomProcessor(rules, idleAfter, kafkaAnswers, clock, unreadable),
        SOURCE);
    // Without Kafka Streams' cache: it pays for a room that is written several times between two
    // commits, and is only in the way of many rooms that are each written once.
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(ROOMS), Serdes.String(), Serdes.ByteArray())
            .withLoggingEnabled(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048588")),
        PROCESSOR);
    // Reports up to one window old are looked up one window further back.
    Duration retention = rules.exactWindow().multipliedBy(2).plus(rules.repeatWindow());
    topology.addStateStore(
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(REPEATS, retention, Duration.ofSeconds(1), false),
            Serdes.String(),
            Serdes.ByteArray()),
        PROCESSOR);
    StreamPartitioner<Object, Object> byRoom =
        (topic, key, value, partitions) ->
            Optional.of(Set.of(RoomPartitioner.partition(String.valueOf(key), partitions)));
    for (Topic topic : RESULTS) {
      topology.addSink(
          sink(topic),
          topic.topicName(),
          new StringSerializer(),
          new ByteArraySerializer(),
          byRoom,
          PROCESSOR);
    }
    return topology;
  }

  static String sink(Topic topic) {
    return "to-" + topic.topicName();
  }
}
