package dev.parley.room.kafka;

import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.push.Timeline;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what happened in a room from Kafka, as far back as it is kept. Blocks. */
@ApplicationScoped
public class TimelineReader {
  private static final List<Topic> TOPICS =
      List.of(
          Topic.ROOM_EVENTS,
          Topic.ROOM_TRANSCRIPTS,
          Topic.AGENT_EVENTS,
          Topic.AGENT_ROUNDS,
          Topic.TOOL_CALLS,
          Topic.TOOL_RESULTS);

  private final KafkaClients clients;
  private final Duration timeout;

  @Inject
  TimelineReader(KafkaClients clients, RoomConfig config) {
    this.clients = clients;
    this.timeout = config.push().timelineTimeout();
  }

  /**
   * Puts a room's events onto a timeline.
   *
   * @param from first event time
   * @param to event times before that
   * @param types CloudEvents types; empty for all
   * @throws ProblemException 504 when it takes too long
   * @throws KafkaUnavailableException when Kafka does not answer
   */
  public void read(RoomKey room, Instant from, Instant to, Set<String> types, Timeline timeline) {
    Map<String, Object> settings = clients.consumerConfig("timeline");
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    settings.put(
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(1, timeout.toMillis() / 2));
    try (KafkaConsumer<String, Decoded> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new EnvelopeDeserializer())) {
      read(consumer, room, from, to, types, timeline);
    } catch (KafkaException e) {
      throw new KafkaUnavailableException("the timeline cannot be read", e);
    }
  }

  private void read(
      KafkaConsumer<String, Decoded> consumer,
      RoomKey room,
      Instant from,
      Instant to,
      Set<String> types,
      Timeline timeline) {
    String key = room.toString();
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : TOPICS) {
      int count = consumer.partitionsFor(topic.topicName()).size();
      partitions.add(new TopicPartition(topic.topicName(), RoomPartitioner.partition(key, count)));
    }
    consumer.assign(partitions);
    // Nothing is written before it happened: records from "from" on hold all events from then on.
    Map<TopicPartition, Long> since = new HashMap<>();
    partitions.forEach(partition -> since.put(partition, Math.max(0, from.toEpochMilli())));
    Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(since);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      Long end = ends.get(partition);
      consumer.seek(
          partition, start == null ? (end == null ? 0 : end.longValue()) : start.offset());
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new ProblemException(
            Problem.of(
                504, "timeline_timeout", "There is too much to read: ask for a shorter time."));
      }
      for (ConsumerRecord<String, Decoded> record : consumer.poll(Duration.ofMillis(100))) {
        if (key.equals(record.key()) && record.value() instanceof Decoded.Event event) {
          Envelope<? extends Payload> envelope = event.envelope();
          if (asked(envelope, from, to, types)) {
            timeline.take(envelope, TOPICS.indexOf(envelope.type().topic()), record.offset());
          }
        }
      }
    }
  }

  private static boolean asked(
      Envelope<? extends Payload> envelope, Instant from, Instant to, Set<String> types) {
    Instant time = envelope.time();
    return !time.isBefore(from)
        && time.isBefore(to)
        && (types.isEmpty() || types.contains(envelope.type().value()));
  }
}
