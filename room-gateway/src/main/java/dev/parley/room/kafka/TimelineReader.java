package dev.parley.room.kafka;

import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
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
import dev.parley.room.push.TimelineSpan;
import dev.parley.room.push.Turns;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads what happened in a room from Kafka, as far back as it is kept. Blocks. */
@ApplicationScoped
public class TimelineReader {
  private static final Logger LOG = Logger.getLogger(TimelineReader.class);

  // Long enough for a page that asks for several at once, short for the worker that waits.
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final KafkaClients clients;
  private final Duration timeout;
  private final Duration clockTolerance;
  private final Duration lateness;
  private final Counter passedOver;
  private final Counter recordsRead;
  private final Turns turns;

  @Inject
  TimelineReader(KafkaClients clients, RoomConfig config, MeterRegistry metrics) {
    this.passedOver = metrics.counter("parley.records.passed.over", "reader", "timeline");
    this.recordsRead = metrics.counter("parley.timeline.records.read");
    this.clockTolerance = config.reducer().clockTolerance();
    this.lateness = lateness(config);
    this.clients = clients;
    this.timeout = config.push().timelineTimeout();
    this.turns =
        new Turns(config.push().maxTimelineReads(), config.push().maxTimelineReadsOfSession());
  }

  /**
   * How long after it happened something may be told at the latest: a report may be so old, what is
   * concluded from it may have to wait for a grace to pass, and writing it may take its time.
   */
  static Duration lateness(RoomConfig config) {
    RoomConfig.Reducer reducer = config.reducer();
    Duration report =
        longer(config.relay().maxEventAge(), config.callbacks().replayWindow().multipliedBy(2));
    Duration grace =
        longer(longer(reducer.cloudGrace(), reducer.relayLease()), reducer.reconnectGrace());
    return report.plus(grace).plus(config.push().timelineSlack());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /**
   * Puts a room's events onto a timeline.
   *
   * @param types CloudEvents types; empty for all
   * @param who who asks
   * @throws ProblemException 504 when it takes too long, 503 when too many read
   * @throws KafkaUnavailableException when Kafka does not answer
   */
  public void read(
      Session who, RoomKey room, TimelineSpan span, Set<String> types, Timeline timeline) {
    // Each read has a consumer with buffers of its own.
    if (!enter(who)) {
      throw new ProblemException(
          Problem.of(503, "too_many_reads", "Too many timelines are being read: try again.")
              .retryAfter(1));
    }
    try {
      read(room, span, types, timeline);
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

  private void read(RoomKey room, TimelineSpan span, Set<String> types, Timeline timeline) {
    Map<String, Object> settings = clients.consumerConfig("timeline");
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    settings.put(
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(1, timeout.toMillis() / 2));
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      read(consumer, room, span, types, timeline);
    } catch (KafkaException e) {
      throw KafkaUnavailableException.notTaken("the timeline cannot be read", e);
    }
  }

  private void read(
      KafkaConsumer<String, byte[]> consumer,
      RoomKey room,
      TimelineSpan span,
      Set<String> types,
      Timeline timeline) {
    String key = room.toString();
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : StreamTopics.ALL) {
      int count = Partitions.of(consumer, topic.topicName()).size();
      partitions.add(new TopicPartition(topic.topicName(), RoomPartitioner.partition(key, count)));
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = seek(consumer, partitions, span);
    Set<TopicPartition> open = new HashSet<>(partitions);
    int unreadable = 0;
    int read = 0;
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!open.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new ProblemException(
            Problem.of(
                504, "timeline_timeout", "There is too much to read: ask for a shorter time."));
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (!open.contains(partition) || record.offset() >= ends.getOrDefault(partition, 0L)) {
          continue;
        }
        read++;
        if (record.timestamp() >= lastWritten(timeline.fullFromMillis())) {
          open.remove(partition);
        } else if (key.equals(record.key()) && !take(record, span, types, timeline)) {
          unreadable++;
        }
      }
      open.removeIf(each -> consumer.position(each) >= ends.getOrDefault(each, 0L));
      consumer.pause(partitions.stream().filter(each -> !open.contains(each)).toList());
    }
    recordsRead.increment(read);
    if (unreadable > 0) {
      passedOver.increment(unreadable);
      // One line for all of them: whoever asks again and again would fill the log.
      LOG.warnf(
          "a timeline lacks what cannot be read appId=%s roomId=%s records=%d",
          room.appId(), room.roomId(), unreadable);
    }
  }

  /**
   * Goes to where the span begins.
   *
   * @return of each partition, the offset at which the span ends for certain
   */
  private Map<TopicPartition, Long> seek(
      KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions, TimelineSpan span) {
    // Nothing is written before it happened, by one clock: by those of two processes, it may be.
    Map<TopicPartition, @Nullable OffsetAndTimestamp> starts =
        consumer.offsetsForTimes(
            times(partitions, span.from().toEpochMilli() - clockTolerance.toMillis()));
    Map<TopicPartition, @Nullable OffsetAndTimestamp> late =
        consumer.offsetsForTimes(times(partitions, lastWritten(span.to().toEpochMilli())));
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      OffsetAndTimestamp end = late.get(partition);
      if (end != null) {
        ends.merge(partition, end.offset(), Math::min);
      }
      consumer.seek(partition, start == null ? ends.getOrDefault(partition, 0L) : start.offset());
    }
    return ends;
  }

  private static Map<TopicPartition, Long> times(List<TopicPartition> partitions, long millis) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, Math.max(0, millis)));
    return times;
  }

  /** From when on nothing is written any more that happened before that time. */
  private long lastWritten(long eventMillis) {
    return eventMillis > Long.MAX_VALUE - lateness.toMillis()
        ? Long.MAX_VALUE
        : eventMillis + lateness.toMillis();
  }

  // False when it cannot be read.
  private static boolean take(
      ConsumerRecord<String, byte[]> record,
      TimelineSpan span,
      Set<String> types,
      Timeline timeline) {
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> {
        Envelope<? extends Payload> envelope = event.envelope();
        if (asked(envelope, span, types)) {
          timeline.take(
              envelope, StreamTopics.ALL.indexOf(envelope.type().topic()), record.offset());
        }
      }
      case Decoded.UnknownType unknown -> {
        return false;
      }
      case Decoded.Refused refused -> {
        return false;
      }
      case Decoded.Tombstone gone -> {}
    }
    return true;
  }

  private static boolean asked(
      Envelope<? extends Payload> envelope, TimelineSpan span, Set<String> types) {
    return span.holds(envelope.time())
        && (types.isEmpty() || types.contains(envelope.type().value()));
  }
}
