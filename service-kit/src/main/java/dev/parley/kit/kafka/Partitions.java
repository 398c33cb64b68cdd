package dev.parley.kit.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The partitions that topics have. */
public final class Partitions {
  private Partitions() {}

  /**
   * All partitions of a topic. A broker that has not heard yet of a topic which was just created
   * answers with none, as for one that does not exist.
   *
   * @throws KafkaUnavailableException when there are none
   */
  public static List<TopicPartition> of(Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (all.isEmpty()) {
      throw new KafkaUnavailableException("topic " + topic + " is not there", null);
    }
    return all;
  }
}
