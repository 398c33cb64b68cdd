package dev.parley.stack.demo;

import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.stack.StackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every topic of Parley from now on, as any consumer would, and keeps one room's events and
 * the bad rows that name no room.
 */
final class TopicReader implements AutoCloseable {
  private final org.apache.kafka.clients.consumer.Consumer<String, Decoded> consumer;
  private final String roomKey;
  private final Set<Topic> unheard;
  private final Consumer<Payload> listener;
  private final List<Envelope<?>> events = new ArrayList<>();
  private final Map<Topic, Integer> counts = new EnumMap<>(Topic.class);
  private final List<String> refusals = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closing;

  private TopicReader(
      org.apache.kafka.clients.consumer.Consumer<String, Decoded> consumer,
      String roomKey,
      Set<Topic> unheard,
      Consumer<Payload> listener) {
    this.consumer = consumer;
    this.roomKey = roomKey;
    this.unheard = unheard;
    this.listener = listener;
    this.thread = new Thread(this::read, "topic-reader");
  }

  /**
   * Starts at the present end of every topic.
   *
   * @param unheard topics that are read, but not told to the listener
   */
  static TopicReader start(
      String bootstrapServers, String roomKey, Set<Topic> unheard, Consumer<Payload> listener) {
    return start(
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new EnvelopeDeserializer()),
        roomKey,
        unheard,
        listener);
  }

  /** As the other, with a consumer that has no partitions yet. */
  static TopicReader start(
      org.apache.kafka.clients.consumer.Consumer<String, Decoded> consumer,
      String roomKey,
      Set<Topic> unheard,
      Consumer<Payload> listener) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      for (PartitionInfo info : consumer.partitionsFor(topic.topicName())) {
        partitions.add(new TopicPartition(info.topic(), info.partition()));
      }
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // seekToEnd is lazy: asking for a position fixes it before the call begins.
    partitions.forEach(consumer::position);
    TopicReader reader = new TopicReader(consumer, roomKey, unheard, listener);
    reader.thread.start();
    return reader;
  }

  private void read() {
    while (!closing) {
      for (ConsumerRecord<String, Decoded> record : consumer.poll(Duration.ofMillis(100))) {
        Topic topic = Topic.named(record.topic()).orElseThrow();
        if (!concernsRoom(topic, record.key())) {
          continue;
        }
        synchronized (this) {
          counts.merge(topic, 1, Integer::sum);
        }
        switch (record.value()) {
          case Decoded.Event event -> keep(event.envelope());
          case Decoded.Refused refused -> refuse(record.topic() + ": " + refused.reason());
          case Decoded.UnknownType unknown -> refuse(record.topic() + ": " + unknown.type());
          case Decoded.Tombstone deleted -> {
            // A compacted topic forgot a key.
          }
          case null -> {
            // The same: Kafka does not ask a deserializer about a record without a value.
          }
        }
      }
    }
    consumer.close();
  }

  // What could not be accepted often does not say its room: it may have been meant for this one.
  private boolean concernsRoom(Topic topic, @Nullable String key) {
    if (key == null || key.endsWith(":")) {
      return topic == Topic.BAD_ROWS;
    }
    return key.equals(roomKey) || key.startsWith(roomKey + ":");
  }

  private void keep(Envelope<?> envelope) {
    synchronized (this) {
      events.add(envelope);
      notifyAll();
    }
    if (!unheard.contains(envelope.type().topic())) {
      listener.accept(envelope.data());
    }
  }

  private synchronized void refuse(String what) {
    refusals.add(what);
  }

  /** Waits until an event of that kind is there; it may have come before. */
  <P extends Payload> P await(
      Class<P> type, Predicate<P> predicate, Duration timeout, String what) {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (this) {
      while (true) {
        for (Envelope<?> envelope : events) {
          if (type.isInstance(envelope.data()) && predicate.test(type.cast(envelope.data()))) {
            return type.cast(envelope.data());
          }
        }
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
          throw new StackException("waited " + timeout.toSeconds() + " s for " + what);
        }
        try {
          wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StackException("interrupted");
        }
      }
    }
  }

  /** Every event of the room so far that is of the type. */
  synchronized <P extends Payload> List<P> all(Class<P> type) {
    return events.stream().map(Envelope::data).filter(type::isInstance).map(type::cast).toList();
  }

  /** Records per topic of the room so far, of every topic. */
  synchronized Map<Topic, Integer> counts() {
    Map<Topic, Integer> all = new EnumMap<>(Topic.class);
    Arrays.stream(Topic.values()).forEach(topic -> all.put(topic, counts.getOrDefault(topic, 0)));
    return all;
  }

  /** Ids of the room's events so far on those topics; of one that is there twice, twice. */
  synchronized List<String> ids(Set<Topic> topics) {
    return events.stream()
        .filter(event -> topics.contains(event.type().topic()))
        .map(Envelope::id)
        .toList();
  }

  /** Records of the room that could not be read. */
  synchronized List<String> refusals() {
    return List.copyOf(refusals);
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
