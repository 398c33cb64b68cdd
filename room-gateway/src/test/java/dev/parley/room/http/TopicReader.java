package dev.parley.room.http;

import dev.parley.events.Payload;
import dev.parley.events.RoomScoped;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads topics as an outsider would: committed records, from the beginning. */
public final class TopicReader implements AutoCloseable {
  private final KafkaConsumer<String, Decoded> consumer;
  private final List<ConsumerRecord<String, Decoded>> seen = new ArrayList<>();

  TopicReader(Topic... topics) {
    this(ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class), topics);
  }

  public TopicReader(String bootstrapServers, Topic... topics) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new EnvelopeDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : topics) {
      for (int i = 0; i < Topic.PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic.topicName(), i));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All payloads of a room so far, in the order of each topic. */
  public List<Payload> of(String room) {
    return envelopes(room).stream().<Payload>map(Envelope::data).toList();
  }

  /** The same with their envelopes. */
  public List<? extends Envelope<? extends Payload>> envelopes(String room) {
    for (ConsumerRecord<String, Decoded> record : consumer.poll(Duration.ofMillis(200))) {
      seen.add(record);
    }
    return seen.stream()
        .map(ConsumerRecord::value)
        .filter(Decoded.Event.class::isInstance)
        .map(decoded -> ((Decoded.Event) decoded).envelope())
        .filter(
            envelope ->
                envelope.data() instanceof RoomScoped scoped
                    ? scoped.roomId().value().equals(room)
                    : envelope.data().subject().equals(room))
        .toList();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
