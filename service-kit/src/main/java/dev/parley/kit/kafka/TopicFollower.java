package dev.parley.kit.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads every partition of some topics, in no group, and goes on with what comes, on a thread of
 * its own. Whatever breaks, it begins again after a short while.
 */
public final class TopicFollower implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);

  // A record that is fetched alone costs broker and follower as much as many together: what comes
  // first is read at once, and what follows gathers for so long.
  private static final Duration STROKE = Duration.ofMillis(5);
  private static final int GATHERED_BYTES = 64 * 1024;

  /** Whoever learns from the records; called by one thread only. */
  public interface Learner {
    /** Before each beginning, for what has to be there; may fail as Kafka does. */
    default void prepare() {}

    /** Where to read a partition from; asked at each beginning. */
    default Start start(TopicPartition partition) {
      return new Start.Earliest();
    }

    /** Records come from these offsets on, also those that came before. */
    default void begin(Map<TopicPartition, Long> starts) {}

    /** One record; what it throws makes reading begin again. */
    void learn(ConsumerRecord<String, byte[]> record);

    /** Called after each poll, so every 200 ms at least, and every few seconds in trouble. */
    default void tick() {}
  }

  /** Where reading begins. */
  public sealed interface Start {
    /** With the oldest record that there is. */
    record Earliest() implements Start {}

    /** With the first record that was written at that time or later. */
    record Since(Instant time) implements Start {}

    /** With that offset. */
    record At(long offset) implements Start {}
  }

  private final String name;
  private final Map<String, Object> consumerConfig;
  private final List<String> topics;
  private final Learner learner;
  private final Thread thread;
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile boolean caughtUp;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

  /**
   * A follower that is not started yet.
   *
   * @param name what it keeps up to date: the thread's name, and the log's
   * @param topics names of topics; it waits for those that are not there yet
   */
  public TopicFollower(String name, KafkaClients clients, List<String> topics, Learner learner) {
    this(name, clients, topics, Duration.ZERO, learner);
  }

  /**
   * A follower that is not started yet.
   *
   * @param name what it keeps up to date: the thread's name, and the log's
   * @param topics names of topics; it waits for those that are not there yet
   * @param gather how long the broker lets records gather before it hands them over, at most 10 s:
   *     a record that is handed over alone costs broker and follower as much as a hundred together
   */
  public TopicFollower(
      String name, KafkaClients clients, List<String> topics, Duration gather, Learner learner) {
    this.name = name;
    this.consumerConfig = clients.consumerConfig(name);
    this.consumerConfig.remove(ConsumerConfig.GROUP_ID_CONFIG);
    if (gather.isPositive()) {
      this.consumerConfig.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, GATHERED_BYTES);
      this.consumerConfig.put(
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Math.toIntExact(gather.toMillis()));
    }
    this.topics = List.copyOf(topics);
    this.learner = learner;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Begins to read; once. */
  public void start() {
    thread.start();
  }

  /** True once everything was read that was there when this instance started. */
  public boolean caughtUp() {
    return caughtUp;
  }

  /** Offset of the next record that is read from there; 0 before the partition is known. */
  public long position(TopicPartition partition) {
    return positions.getOrDefault(partition, 0L);
  }

  /** Ends; one that never began has nothing to end. */
  @Override
  public void close() {
    stopping = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    KafkaConsumer<String, byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    stopped.countDown();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopping) {
      try {
        learner.prepare();
        try (KafkaConsumer<String, byte[]> reading =
            new KafkaConsumer<>(
                consumerConfig, new StringDeserializer(), new ByteArrayDeserializer())) {
          consumer = reading;
          read(reading);
        }
      } catch (WakeupException e) {
        LOG.debugf("%s is woken up", name);
      } catch (KafkaException | KafkaUnavailableException e) {
        if (!stopping) {
          LOG.warnf("%s cannot read, trying again: %s", name, e.getMessage());
        }
        rest();
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s lost its consumer and reads anew", name);
        rest();
      }
    }
  }

  private void rest() {
    try {
      learner.tick();
      boolean unused = stopped.await(RESTART_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private void read(KafkaConsumer<String, byte[]> reading) {
    List<TopicPartition> all = new ArrayList<>();
    topics.forEach(topic -> all.addAll(Partitions.of(reading, topic)));
    reading.assign(all);
    Map<TopicPartition, Long> ends = reading.endOffsets(all);
    seek(reading, all, ends);
    Map<TopicPartition, Long> starts = new HashMap<>();
    all.forEach(each -> starts.put(each, reading.position(each)));
    learner.begin(starts);
    long nextReadNanos = System.nanoTime();
    while (!stopping) {
      LockSupport.parkNanos(nextReadNanos - System.nanoTime());
      ConsumerRecords<String, byte[]> records = reading.poll(POLL);
      if (!records.isEmpty()) {
        nextReadNanos = System.nanoTime() + STROKE.toNanos();
      }
      for (ConsumerRecord<String, byte[]> record : records) {
        learner.learn(record);
      }
      all.forEach(each -> positions.put(each, reading.position(each)));
      if (!caughtUp
          && ends.entrySet().stream().allMatch(end -> position(end.getKey()) >= end.getValue())) {
        caughtUp = true;
        LOG.infof("%s has caught up", name);
      }
      learner.tick();
    }
  }

  private void seek(
      Consumer<String, byte[]> reading, List<TopicPartition> all, Map<TopicPartition, Long> ends) {
    List<TopicPartition> earliest = new ArrayList<>();
    Map<TopicPartition, Long> times = new HashMap<>();
    for (TopicPartition partition : all) {
      switch (learner.start(partition)) {
        case Start.Earliest whole -> earliest.add(partition);
        case Start.Since(Instant time) -> times.put(partition, Math.max(0, time.toEpochMilli()));
        case Start.At(long offset) -> reading.seek(partition, offset);
      }
    }
    if (!earliest.isEmpty()) {
      reading.seekToBeginning(earliest);
    }
    if (!times.isEmpty()) {
      Map<TopicPartition, @Nullable OffsetAndTimestamp> found = reading.offsetsForTimes(times);
      for (TopicPartition partition : times.keySet()) {
        OffsetAndTimestamp at = found.get(partition);
        reading.seek(partition, at == null ? ends.getOrDefault(partition, 0L) : at.offset());
      }
    }
  }
}
