import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EnvelopeDeserializer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Counts the facts of the last days by type, then ends: Replay [bootstrap] [days]. */
class Replay {
  public static void main(String[] args) {
    Map<String, Object> config = new HashMap<>(); // no group: nobody's position is touched
    config.put("bootstrap.servers", args.length > 0 ? args[0] : "localhost:7492");
    config.put("isolation.level", "read_committed");
    long days = args.length > 1 ? Long.parseLong(args[1]) : 7;
    long since = Instant.now().minus(Duration.ofDays(days)).toEpochMilli();
    Map<String, Integer> counts = new TreeMap<>();
    try (KafkaConsumer<String, Decoded> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new EnvelopeDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor("rtc.room.events").stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
      Map<TopicPartition, OffsetAndTimestamp> start =
          consumer.offsetsForTimes(
              partitions.stream().collect(Collectors.toMap(each -> each, each -> since)));
      for (TopicPartition partition : partitions) {
        // null: nothing was written since
        OffsetAndTimestamp first = start.get(partition);
        consumer.seek(partition, first == null ? end.get(partition) : first.offset());
      }
      while (partitions.stream().anyMatch(each -> consumer.position(each) < end.get(each))) {
        for (ConsumerRecord<String, Decoded> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.value() instanceof Decoded.Event(var event)) {
            counts.merge(event.type().value(), 1, Integer::sum);
          }
        }
      }
    }
    counts.forEach((type, count) -> System.out.println(count + " " + type));
  }
}
