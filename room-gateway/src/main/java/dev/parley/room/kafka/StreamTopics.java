package dev.parley.room.kafka;

import dev.parley.events.Topic;
import dev.parley.room.push.StreamRecord;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The topics that a room's timeline and stream are made of. Positions depend on their order. */
public final class StreamTopics {
  /** In this order. */
  public static final List<Topic> ALL =
      List.of(
          Topic.ROOM_EVENTS,
          Topic.ROOM_TRANSCRIPTS,
          Topic.AGENT_EVENTS,
          Topic.AGENT_ROUNDS,
          Topic.TOOL_CALLS,
          Topic.TOOL_RESULTS);

  private static final List<String> NAMES = ALL.stream().map(Topic::topicName).toList();

  private StreamTopics() {}

  static int index(String topicName) {
    return NAMES.indexOf(topicName);
  }

  static List<TopicPartition> partitions(int partition) {
    return NAMES.stream().map(name -> new TopicPartition(name, partition)).toList();
  }

  static StreamRecord record(ConsumerRecord<String, byte[]> record) {
    return new StreamRecord(
        record.key() == null ? "" : record.key(),
        index(record.topic()),
        record.offset(),
        record.timestamp(),
        record.headers(),
        record.value());
  }
}
