package dev.parley.events.codec;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Puts every record of a room on the same partition number, also those that are keyed by task. For
 * keys of the form {@code appId:roomId} the answer is the one of Kafka's default partitioner.
 */
public final class RoomPartitioner implements Partitioner {
  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    return partition((String) key, cluster.partitionCountForTopic(topic));
  }

  /** The partition of a record key among that many partitions. */
  public static int partition(String recordKey, int partitions) {
    byte[] bytes = partitionKey(recordKey).getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(bytes)) % partitions;
  }

  /** The part of a record key that chooses the partition: {@code appId:roomId}. */
  static String partitionKey(String recordKey) {
    int first = recordKey.indexOf(':');
    int second = first < 0 ? -1 : recordKey.indexOf(':', first + 1);
    return second < 0 ? recordKey : recordKey.substring(0, second);
  }

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> configs) {}
}
