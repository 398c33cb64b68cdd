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
import dev.parley.kit.kafka.Partitions;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Session;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.push.Timeline;
import dev.parley.room.push.Turns;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
import org.jboss.logging.Logger;

/** Reads what happened in a room from Kafka, as far back as it is kept. Blocks. */
@ApplicationScoped
public class TimelineReader {
  private static final Logger LOG = Logger.getLogger(TimelineReader.class);

  // Long enough for a page that asks for several at once, short for the worker that waits.
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final KafkaClients clients;
  private final Duration timeout;
  private final Counter passedOver;
  private final Turns turns;

  @Inject
  TimelineReader(KafkaClients clients, RoomConfig config, MeterRegistry metrics) {
    this.passedOver = metrics.counter("parley.records.passed.over", "reader", "timeline");
    this.clients = clients;
    this.timeout = config.push().timelineTimeout();
    this.turns =
        new Turns(config.push().maxTimelineReads(), config.push().maxTimelineReadsOfSession());
  }

  /**
   * Puts a room's events onto a timeline.
   *
   * @param from first event time
   * @param to event times before that
   * @param types CloudEvents types; empty for all
   * @param who who asks
   * @throws ProblemException 504 when it takes too long, 503 when too many read
   * @throws KafkaUnavailableException when Kafka does not answer
   */
  public void read(
      Session who, RoomKey room, Instant from, Instant to, Set<String> types, Timeline timeline) {
    // Each read has a consumer with buffers of its own.
    if (!enter(who)) {
      throw new ProblemException(
          Problem.of(503, "too_many_reads", "Too many timelines are being read: try again.")
              .retryAfter(1));
    }
    try {
      read(room, from, to, types, timeline);
    } finally {
      turns.leave(who);
    }
  }

  private boolean enter(Session who) {
    try {
      return turns.enter(who, WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void read(RoomKey room, Instant from, Instant to, Set<String> types, Timeline timeline) {
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
    for (Topic topic : StreamTopics.ALL) {
      int count = Partitions.of(consumer, topic.topicName()).size();
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
    int unreadable = 0;
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new ProblemException(
            Problem.of(
                504, "timeline_timeout", "There is too much to read: ask for a shorter time."));
      }
      for (ConsumerRecord<String, Decoded> record : consumer.poll(Duration.ofMillis(100))) {
        if (!key.equals(record.key())) {
          continue;
        }
        switch (record.value()) {
          case Decoded.Event event -> {
            Envelope<? extends Payload> envelope = event.envelope();
            if (asked(envelope, from, to, types)) {
              timeline.take(
                  envelope, StreamTopics.ALL.indexOf(envelope.type().topic()), record.offset());
            }
          }
          case Decoded.UnknownType unknown -> unreadable++;
          case Decoded.Refused refused -> unreadable++;
          case Decoded.Tombstone gone -> {}
          case null -> {}
        }
      }
    }
    if (unreadable > 0) {
      passedOver.increment(unreadable);
      // One line for all of them: whoever asks again and again would fill the log.
      LOG.warnf(
          "a timeline lacks what cannot be read appId=%s roomId=%s records=%d",
          room.appId(), room.roomId(), unreadable);
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
