package dev.parley.agent.kafka;

import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.RoomState;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what workers before left behind: tasks, commands settled of late, who is in which room. */
final class Restorer {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<String, Object> consumerConfig;
  private final Duration fenceWindow;

  /**
   * Reads with these settings.
   *
   * @param fenceWindow how far back commands may lie that could still be delivered again
   */
  Restorer(Map<String, Object> consumerConfig, Duration fenceWindow) {
    this.consumerConfig = new HashMap<>(consumerConfig);
    this.consumerConfig.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.fenceWindow = fenceWindow;
  }

  /** What is known about one partition. */
  record Known(
      Map<String, AgentTask> tasks, List<CommandId> settled, Map<RoomKey, RoomState> rooms) {
    Known() {
      this(new LinkedHashMap<>(), new ArrayList<>(), new HashMap<>());
    }
  }

  /**
   * Reads to the end of what is there now.
   *
   * @param stillWanted asked between reads; when it says no, what was read so far is returned
   */
  Map<Integer, Known> restore(
      Collection<Integer> partitions, Instant now, BooleanSupplier stillWanted) {
    Map<Integer, Known> known = new HashMap<>();
    partitions.forEach(partition -> known.put(partition, new Known()));
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            consumerConfig, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> compacted = new ArrayList<>();
      List<TopicPartition> events = new ArrayList<>();
      for (int partition : partitions) {
        compacted.add(new TopicPartition(Topic.AGENT_TASKS.topicName(), partition));
        compacted.add(new TopicPartition(Topic.ROOMS.topicName(), partition));
        events.add(new TopicPartition(Topic.AGENT_EVENTS.topicName(), partition));
      }
      List<TopicPartition> all = new ArrayList<>(compacted);
      all.addAll(events);
      consumer.assign(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      consumer.seekToBeginning(compacted);
      seek(consumer, events, ends, now.minus(fenceWindow));
      while (stillWanted.getAsBoolean() && behind(consumer, ends)) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          Known of = known.get(record.partition());
          if (of != null) {
            learn(of, record);
          }
        }
      }
    }
    return known;
  }

  private static void seek(
      Consumer<String, byte[]> consumer,
      List<TopicPartition> events,
      Map<TopicPartition, Long> ends,
      Instant from) {
    Map<TopicPartition, Long> times = new HashMap<>();
    events.forEach(each -> times.put(each, from.toEpochMilli()));
    Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    events.forEach(
        each -> {
          long offset =
              Optional.ofNullable(found.get(each))
                  .map(OffsetAndTimestamp::offset)
                  .orElseGet(() -> ends.getOrDefault(each, 0L));
          consumer.seek(each, offset);
        });
  }

  private static boolean behind(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  // What does not decode is skipped here: it was kept as a bad row when it was new, or belongs to a
  // topic whose writer is Parley itself.
  private static void learn(Known known, ConsumerRecord<String, byte[]> record) {
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> learn(known, event.envelope().data(), record.key());
      case Decoded.Tombstone gone -> known.tasks().remove(record.key());
      case Decoded.UnknownType unknown -> {}
      case Decoded.Refused refused -> {}
    }
  }

  private static void learn(Known known, Payload data, String key) {
    if (data instanceof AgentTask task) {
      known.tasks().put(key, task);
    } else if (data instanceof RoomState room) {
      known.rooms().put(room.roomKey(), room);
    } else if (data instanceof AgentCommandCompleted completed) {
      known.settled().add(completed.commandId());
    } else if (data instanceof AgentCommandRefused refused) {
      known.settled().add(refused.commandId());
    }
  }
}
