package dev.parley.agent.kafka;

import dev.parley.agent.cloud.QuotaShare;
import dev.parley.events.id.RoomKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition number across the topics that a worker reads: its rooms, and how far it is done.
 */
final class OwnedPartition {
  private final int number;
  private final PartitionLease lease;
  private final QuotaShare quota;
  private final CommandFence fence = new CommandFence();
  private final Map<RoomKey, Occupant> rooms = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Watermark> watermarks = new HashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private boolean restored;
  private boolean paused = true;

  /** A room and its mailbox. */
  record Occupant(Room room, Mailbox mailbox) {}

  OwnedPartition(
      int number, Set<TopicPartition> topicPartitions, PartitionLease lease, QuotaShare quota) {
    this.number = number;
    this.lease = lease;
    this.quota = quota;
    topicPartitions.forEach(each -> watermarks.put(each, new Watermark()));
  }

  int number() {
    return number;
  }

  Set<TopicPartition> topicPartitions() {
    return watermarks.keySet();
  }

  CommandFence fence() {
    return fence;
  }

  AtomicInteger underWay() {
    return underWay;
  }

  boolean restored() {
    return restored;
  }

  void markRestored() {
    restored = true;
  }

  boolean paused() {
    return paused;
  }

  void paused(boolean value) {
    paused = value;
  }

  Watermark watermark(TopicPartition topicPartition) {
    Watermark watermark = watermarks.get(topicPartition);
    if (watermark == null) {
      throw new IllegalStateException(topicPartition + " is not owned");
    }
    return watermark;
  }

  Optional<Occupant> room(RoomKey key) {
    return Optional.ofNullable(rooms.get(key));
  }

  Occupant roomOrNew(RoomKey key, RoomTools tools, Executor executor) {
    return rooms.computeIfAbsent(
        key, k -> new Occupant(new Room(tools, lease, quota, fence), new Mailbox(executor)));
  }

  Map<RoomKey, Occupant> rooms() {
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
    lease.lose();
    rooms.values().forEach(occupant -> occupant.mailbox().close());
  }

  /** Nothing new begins from here on, but what runs may finish. */
  void close() {
    rooms.values().forEach(occupant -> occupant.mailbox().close());
  }

  boolean idle() {
    return rooms.values().stream().allMatch(occupant -> occupant.mailbox().idle());
  }
}
