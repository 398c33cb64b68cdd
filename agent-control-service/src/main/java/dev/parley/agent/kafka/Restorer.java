package dev.parley.agent.kafka;

import dev.parley.agent.TaskSnapshots;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.Topic;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.CommandId;
import dev.parley.kit.kafka.EventPublisher.Draft;
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

/**
 * Reads what workers before left behind: tasks, commands settled of late, who is in which room and
 * who left of late.
 */
final class Restorer {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<String, Object> consumerConfig;
  private final Duration fenceWindow;
  private final Duration startWindow;

  /**
   * Reads with these settings.
   *
   * @param fenceWindow how far back commands may lie that could still be delivered again
   * @param startWindow how long ago a start may have been asked for that is still carried out
   */
  Restorer(Map<String, Object> consumerConfig, Duration fenceWindow, Duration startWindow) {
    this.consumerConfig = new HashMap<>(consumerConfig);
    this.consumerConfig.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.fenceWindow = fenceWindow;
    this.startWindow = startWindow;
  }

  /**
   * What is known about one partition.
   *
   * @param settled commands of late, and whether each was carried out
   * @param overtaken ended tasks, by key, behind whose end an older state was written
   * @param rooms how rooms stand, by key
   * @param roomEvents who came and left, and which rooms opened and closed, of late
   * @param toldUpTo where the topics that tell about rooms and agents ended at that time
   */
  record Known(
      Map<String, AgentTask> tasks,
      Map<CommandId, Boolean> settled,
      List<AgentToolCallExpired> expired,
      Map<String, AgentTask> overtaken,
      Map<String, RoomState> rooms,
      List<RoomEvent> roomEvents,
      List<Draft> badRows,
      Map<TopicPartition, Long> toldUpTo) {
    Known() {
      this(
          new LinkedHashMap<>(),
          new LinkedHashMap<>(),
          new ArrayList<>(),
          new HashMap<>(),
          new HashMap<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new HashMap<>());
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
      List<TopicPartition> roomEvents = new ArrayList<>();
      for (int partition : partitions) {
        compacted.add(new TopicPartition(Topic.AGENT_TASKS.topicName(), partition));
        compacted.add(new TopicPartition(Topic.ROOMS.topicName(), partition));
        events.add(new TopicPartition(Topic.AGENT_EVENTS.topicName(), partition));
        roomEvents.add(new TopicPartition(Topic.ROOM_EVENTS.topicName(), partition));
      }
      List<TopicPartition> all = new ArrayList<>(compacted);
      all.addAll(events);
      all.addAll(roomEvents);
      consumer.assign(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      ends.forEach(
          (told, end) -> {
            Known of = known.get(told.partition());
            if (of != null && !compacted.contains(told)) {
              of.toldUpTo().put(told, end);
            }
          });
      consumer.seekToBeginning(compacted);
      seek(consumer, events, ends, now.minus(fenceWindow));
      seek(consumer, roomEvents, ends, now.minus(startWindow));
      while (stillWanted.getAsBoolean() && behind(consumer, ends)) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          Known of = known.get(record.partition());
          if (of != null) {
            learn(of, record, now);
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

  private static void learn(Known known, ConsumerRecord<String, byte[]> record, Instant now) {
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> learn(known, event.envelope().data(), record.key());
      case Decoded.Tombstone gone -> forget(known, record);
      case Decoded.UnknownType unknown -> {}
      // A task whose state cannot be read is not taken over: whoever mends it has to know.
      case Decoded.Refused refused ->
          known
              .badRows()
              .add(new Draft(BadRows.ofRecord(record, refused, now), BadRows.idOf(record)));
    }
  }

  private static void forget(Known known, ConsumerRecord<String, byte[]> record) {
    if (record.topic().equals(Topic.ROOMS.topicName())) {
      known.rooms().remove(record.key());
    } else {
      known.tasks().remove(record.key());
      known.overtaken().remove(record.key());
    }
  }

  private static void learn(Known known, Payload data, String key) {
    if (data instanceof AgentTask task) {
      AgentTask before = known.tasks().get(key);
      if (before != null && TaskSnapshots.overtaken(task, before)) {
        known.overtaken().put(key, before);
      } else {
        known.tasks().put(key, task);
        known.overtaken().remove(key);
      }
    } else if (data instanceof RoomEvent event) {
      if (event instanceof RoomOpened
          || event instanceof UserJoined
          || event instanceof UserLeft
          || event instanceof RoomClosed) {
        known.roomEvents().add(event);
      }
    } else if (data instanceof RoomState room) {
      known.rooms().put(key, room);
    } else if (data instanceof AgentCommandCompleted completed) {
      known.settled().put(completed.commandId(), true);
    } else if (data instanceof AgentCommandRefused refused) {
      known.settled().put(refused.commandId(), false);
    } else if (data instanceof AgentToolCallExpired expired) {
      known.expired().add(expired);
    }
  }
}
