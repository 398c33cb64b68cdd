package dev.parley.agent.kafka;

import dev.parley.events.AgentTask;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomState;
import dev.parley.events.Topic;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition number across the topics that a worker reads: its rooms, how far it is done, and
 * what of it is read.
 */
final class OwnedPartition {
  private static final Set<Topic> ASKING = EnumSet.of(Topic.AGENT_COMMANDS, Topic.TOOL_RESULTS);
  private static final Set<Topic> TELLING =
      EnumSet.of(Topic.ROOM_EVENTS, Topic.AGENT_EVENTS, Topic.TOOL_CALLS);

  private static final Set<String> EVIDENCE =
      TELLING.stream().map(Topic::topicName).collect(Collectors.toUnmodifiableSet());

  // What is told of agents and users comes in long after commands do not: by it starts are judged,
  // and agents stopped that nobody needs.
  private static final int EVIDENCE_QUEUES = 4;

  private final int number;
  private final PartitionTools shared;
  private final Rooms rooms;
  private final Map<TopicPartition, Watermark> watermarks = new HashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<TopicPartition, Long> unheard = new HashMap<>();
  private final Gate asking;
  private final Gate telling;
  private volatile boolean restored;

  /** Topics that are not read while too much is under way: then not until half of it is done. */
  private static final class Gate {
    private final Set<TopicPartition> of;
    private final int full;
    private boolean overfull;
    private boolean open;

    private Gate(Set<TopicPartition> of, int full) {
      this.of = of;
      this.full = full;
    }

    private void regulate(Consumer<?, ?> reading, boolean wanted, int underWay) {
      overfull = overfull ? underWay > full / 2 : underWay >= full;
      boolean opens = wanted && !overfull;
      if (opens && !open) {
        reading.resume(of);
      } else if (!opens && open) {
        reading.pause(of);
      }
      open = opens;
    }
  }

  OwnedPartition(
      int number,
      Set<TopicPartition> topicPartitions,
      int queue,
      PartitionTools shared,
      Executor threads) {
    this.asking = new Gate(ofTopics(topicPartitions, ASKING), queue);
    this.telling = new Gate(ofTopics(topicPartitions, TELLING), EVIDENCE_QUEUES * queue);
    this.number = number;
    this.shared = shared;
    this.rooms = new Rooms(shared, threads);
    topicPartitions.forEach(each -> watermarks.put(each, new Watermark()));
  }

  private static Set<TopicPartition> ofTopics(Set<TopicPartition> all, Set<Topic> topics) {
    return all.stream()
        .filter(each -> topics.stream().anyMatch(topic -> topic.topicName().equals(each.topic())))
        .collect(Collectors.toUnmodifiableSet());
  }

  int number() {
    return number;
  }

  CommandFence fence() {
    return shared.fence();
  }

  /** Takes in a fact about a room, also one without an agent. */
  void note(RoomEvent event) {
    shared.departures().note(event);
    shared.presence().note(event);
  }

  /** Takes in how a room stood before. */
  void note(RoomState room) {
    shared.presence().note(room);
  }

  /** Takes over a task from the worker before, with what is known of its room. */
  void takeOver(AgentTask task, @Nullable RoomState room) {
    rooms.get(task.roomKey()).room().restore(task, room);
    if (task.state().ended()) {
      Long endedAt = task.endedTimeMillis();
      shared
          .ended()
          .add(
              task.roomKey(),
              Instant.ofEpochMilli(endedAt == null ? task.eventTimeMillis() : endedAt));
    }
  }

  AtomicInteger underWay() {
    return underWay;
  }

  boolean restored() {
    return restored;
  }

  /**
   * From here on the partition is worked on.
   *
   * @param toldUpTo what was told while nobody worked on it, by where it ends
   */
  void markRestored(Map<TopicPartition, Long> toldUpTo) {
    unheard.putAll(toldUpTo);
    restored = true;
  }

  /**
   * True when everything that was told while nobody worked here has been read. Before that no
   * deadline may be judged: the sign that it waits for may be among it.
   */
  boolean caughtUp(ToLongFunction<TopicPartition> position) {
    if (!restored) {
      return false;
    }
    unheard.entrySet().removeIf(end -> position.applyAsLong(end.getKey()) >= end.getValue());
    return unheard.isEmpty();
  }

  /** True for what is told, not asked for. */
  static boolean isEvidence(String topic) {
    return EVIDENCE.contains(topic);
  }

  /**
   * Reads what there is room for.
   *
   * @param evidence whether what is told is wanted now
   */
  void regulate(Consumer<?, ?> reading, boolean evidence) {
    int now = underWay.get();
    asking.regulate(reading, restored, now);
    telling.regulate(reading, restored && evidence, now);
  }

  Watermark watermark(TopicPartition topicPartition) {
    Watermark watermark = watermarks.get(topicPartition);
    if (watermark == null) {
      throw new IllegalStateException(topicPartition + " is not owned");
    }
    return watermark;
  }

  /** The rooms of the partition that have agents, or had of late. */
  Rooms rooms() {
    return rooms;
  }

  /** Offsets that may be committed and were not asked for yet. */
  Map<TopicPartition, OffsetAndMetadata> progress() {
    Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
    watermarks.forEach(
        (topicPartition, watermark) ->
            watermark
                .advanced()
                .ifPresent(offset -> progress.put(topicPartition, new OffsetAndMetadata(offset))));
    return progress;
  }

  /** Nothing new begins from here on; calls under way come to an end by themselves. */
  void giveUp() {
    shared.lease().lose();
    rooms.close();
  }

  /** No command and no call begins from here on, but calls under way may finish. */
  void close() {
    shared.lease().drain();
    rooms.close();
  }

  /** True when work under way can come to nothing any more. */
  boolean lost() {
    return shared.lease().lost();
  }

  boolean idle() {
    return rooms.idle();
  }
}
