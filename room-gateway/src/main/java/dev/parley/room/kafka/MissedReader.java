package dev.parley.room.kafka;

import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.kafka.Partitions;
import dev.parley.kit.session.Session;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.push.MissedRecords;
import dev.parley.room.push.StreamRecord;
import dev.parley.room.push.Turns;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/** Reads from Kafka what a listener missed; a few at a time, and no more than one may ask for. */
@ApplicationScoped
public class MissedReader implements MissedRecords {
  private static final Logger LOG = Logger.getLogger(MissedReader.class);
  private static final long MAX_BYTES = 16L * 1024 * 1024;

  private final KafkaClients clients;
  private final Duration timeout;
  private final int maxEvents;
  private final Turns turns;

  @Inject
  MissedReader(KafkaClients clients, RoomConfig config) {
    this.clients = clients;
    this.timeout = config.push().timelineTimeout();
    this.maxEvents = config.push().maxMissedEvents();
    this.turns = new Turns(config.push().maxResumeReads(), config.push().maxResumeReadsOfSession());
  }

  @Override
  public Answer read(Session who, RoomKey room, long[] from, long[] upTo)
      throws InterruptedException {
    if (!turns.enter(who, timeout)) {
      return new Unavailable();
    }
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings(), new StringDeserializer(), new ByteArrayDeserializer())) {
      return read(consumer, room.toString(), from, upTo);
    } catch (KafkaException | KafkaUnavailableException e) {
      LOG.warnf("what a listener missed cannot be read: %s", e.getMessage());
      return new Unavailable();
    } finally {
      turns.leave(who);
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = clients.consumerConfig("resume");
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    settings.put(
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(1, timeout.toMillis() / 2));
    return settings;
  }

  private Answer read(
      KafkaConsumer<String, byte[]> consumer, String key, long[] from, long[] upTo) {
    int count = Partitions.of(consumer, Topic.ROOM_EVENTS.topicName()).size();
    List<TopicPartition> partitions =
        StreamTopics.partitions(RoomPartitioner.partition(key, count));
    Map<TopicPartition, Long> ends = new HashMap<>();
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(partitions);
    boolean expired = false;
    consumer.assign(partitions);
    for (int topic = 0; topic < partitions.size(); topic++) {
      TopicPartition partition = partitions.get(topic);
      long first = earliest.getOrDefault(partition, 0L);
      expired |= first > from[topic];
      consumer.seek(partition, Math.max(first, from[topic]));
      ends.put(partition, upTo[topic]);
    }
    List<StreamRecord> found = new ArrayList<>();
    long bytes = 0;
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        return new Found(StreamRecord.inOrder(found), expired, false);
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        long end = upTo[StreamTopics.index(record.topic())];
        if (key.equals(record.key()) && record.offset() < end) {
          bytes += record.serializedValueSize();
          if (found.size() == maxEvents || bytes > MAX_BYTES) {
            return new Found(StreamRecord.inOrder(found), expired, false);
          }
          found.add(StreamTopics.record(record));
        }
      }
    }
    return new Found(StreamRecord.inOrder(found), expired, true);
  }
}
