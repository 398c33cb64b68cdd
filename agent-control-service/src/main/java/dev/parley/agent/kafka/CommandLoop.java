package dev.parley.agent.kafka;

import dev.parley.agent.cloud.LeaseLostException;
import dev.parley.agent.kafka.Rooms.Occupant;
import dev.parley.events.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The worker. One thread reads; each room works in its own mailbox on virtual threads; what is done
 * without a gap is committed. A partition is worked on only after everything that workers before
 * left behind in it was read.
 */
public final class CommandLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CommandLoop.class);

  // The same partition number of each must belong to the same worker: see RangeAssignor below.
  private static final List<String> TOPICS =
      List.of(
          Topic.AGENT_COMMANDS.topicName(),
          Topic.ROOM_EVENTS.topicName(),
          Topic.AGENT_EVENTS.topicName(),
          Topic.TOOL_CALLS.topicName(),
          Topic.TOOL_RESULTS.topicName());

  private static final Duration POLL = Duration.ofMillis(100);

  // A record that is fetched alone costs worker and broker as much as many together: what comes
  // first is read at once, and what follows gathers for so long.
  private static final Duration GATHER = Duration.ofMillis(2);

  // What is told is in less of a hurry. Most of it are events that this worker wrote itself, and
  // each would wake it.
  private static final Duration GATHER_EVIDENCE = Duration.ofMillis(20);

  // So long evidence waits at most when a read that is under way does not ask for it.
  private static final Duration READ = Duration.ofMillis(100);

  // That many records are taken in at a time.
  private static final int MOST_RECORDS = 500;
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);

  private final Map<String, Object> consumerConfig;
  private final RoomTools tools;
  private final WorkerSettings settings;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("agent-room-", 0).factory());
  private final Hearing hearing;
  private final Assignments assignments;
  private final Intake intake;
  private final Thread thread;

  private volatile boolean stopping;
  private volatile boolean crashed;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
  private long lastCommitNanos;
  private long lastTickNanos;

  /**
   * A worker that is not started yet.
   *
   * @param consumerConfig connection and security; the rest is set here
   */
  public CommandLoop(Map<String, Object> consumerConfig, RoomTools tools) {
    this.tools = tools;
    this.settings = tools.settings();
    this.consumerConfig = new HashMap<>(consumerConfig);
    this.consumerConfig.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    this.consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumerConfig.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    this.consumerConfig.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) READ.toMillis());
    this.consumerConfig.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
    int session = (int) settings.sessionTimeout().toMillis();
    this.consumerConfig.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
    this.consumerConfig.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / 4);
    this.consumerConfig.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) settings.maxPollInterval().toMillis());
    this.hearing =
        new Hearing(settings.sessionTimeout().dividedBy(2), tools.clock(), System::nanoTime);
    this.assignments =
        new Assignments(this.consumerConfig, tools, threads, () -> stopping, hearing);
    this.intake = new Intake(tools, threads, assignments::owns);
    this.thread = Thread.ofPlatform().name("agent-worker").unstarted(this::run);
  }

  /** Joins the group and begins to work. */
  public void start() {
    thread.start();
  }

  /**
   * True while the worker reads; false before it was started, once it has stopped and if it hangs.
   */
  public boolean alive() {
    return thread.isAlive() && assignments.beating();
  }

  /** True when every partition of this worker has been taken over and is worked on. */
  public boolean settled() {
    return assignments.settled();
  }

  /** Finishes what is under way, commits and leaves the group. */
  @Override
  public void close() {
    stopping = true;
    wakeUpAndWait();
    threads.shutdown();
  }

  /** Dies as a process that is killed: nothing is finished and nothing is committed. */
  void crash() {
    crashed = true;
    stopping = true;
    assignments.giveUp();
    wakeUpAndWait();
    threads.shutdownNow();
  }

  private void wakeUpAndWait() {
    KafkaConsumer<String, byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(settings.drain().plusSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopping) {
      try (KafkaConsumer<String, byte[]> reading =
          new KafkaConsumer<>(
              consumerConfig, new StringDeserializer(), new ByteArrayDeserializer())) {
        consumer = reading;
        reading.subscribe(TOPICS, assignments.listener(reading));
        try {
          read(reading);
        } catch (RuntimeException e) {
          // Before the consumer leaves the group, which would let work under way finish.
          assignments.giveUp();
          throw e;
        }
        if (crashed) {
          assignments.abandon();
          return;
        }
        assignments.handOver(reading, List.copyOf(assignments.all()));
      } catch (WakeupException e) {
        LOG.debug("woken up");
      } catch (RuntimeException e) {
        // A worker that is gone and says nothing is worse than one that begins again.
        LOG.errorf(e, "the worker lost its consumer and begins again");
        assignments.abandon();
        if (!Pauses.sleep(RESTART_PAUSE)) {
          stopping = true;
        }
      }
    }
  }

  private void read(KafkaConsumer<String, byte[]> reading) {
    boolean current = assignments.beat();
    Metric bytes = bytes(reading);
    long nextReadNanos = System.nanoTime();
    long evidenceNanos = nextReadNanos;
    boolean evidence = false;
    while (!stopping) {
      LockSupport.parkNanos(nextReadNanos - System.nanoTime());
      try {
        ConsumerRecords<String, byte[]> records =
            reading.poll(evidence ? POLL : until(evidenceNanos));
        long readNanos = System.nanoTime();
        boolean told = false;
        for (ConsumerRecord<String, byte[]> record : records) {
          told |= OwnedPartition.isEvidence(record.topic());
          OwnedPartition partition = assignments.find(record.partition());
          if (partition != null) {
            intake.take(partition, record);
          }
        }
        if (!records.isEmpty()) {
          nextReadNanos = readNanos + GATHER.toNanos();
        }
        // As many as there may be at a time: more of them are at hand.
        if (told && records.count() < MOST_RECORDS) {
          evidenceNanos = readNanos + GATHER_EVIDENCE.toNanos();
        }
      } catch (WakeupException e) {
        continue;
      }
      current = assignments.beat();
      if (!current) {
        // Rooms stopped working when their lease ran out. Whether or not the group noticed, the
        // partitions are taken over anew, by whomever it gives them to.
        throw new StandstillException();
      }
      hearing.note((double) bytes.metricValue());
      boolean evidenceRead = evidence;
      evidence = System.nanoTime() - evidenceNanos >= 0;
      for (OwnedPartition partition : assignments.all()) {
        partition.regulate(reading, evidence);
      }
      // Not while evidence that could change the judgement is held back.
      if (evidenceRead && elapsed(lastTickNanos, settings.tick())) {
        lastTickNanos = System.nanoTime();
        tick(reading);
      }
      if (elapsed(lastCommitNanos, settings.commitInterval())) {
        lastCommitNanos = System.nanoTime();
        commit(reading);
      }
    }
  }

  private static final class StandstillException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StandstillException() {
      super(
          "the process stood still or heard nothing from the group for the session timeout",
          null,
          false,
          false);
    }
  }

  // Time is counted in whole milliseconds there.
  private static Duration until(long nanos) {
    return Duration.ofMillis(1 + Math.max(0, (nanos - System.nanoTime()) / 1_000_000));
  }

  private static boolean elapsed(long sinceNanos, Duration interval) {
    return System.nanoTime() - sinceNanos >= interval.toNanos();
  }

  // Grows with whatever Kafka answers, and stands still when it does not.
  private static Metric bytes(Consumer<?, ?> reading) {
    return reading.metrics().entrySet().stream()
        .filter(
            each ->
                each.getKey().group().equals("consumer-metrics")
                    && each.getKey().name().equals("incoming-byte-total"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the consumer does not count its bytes"))
        .getValue();
  }

  private void tick(Consumer<String, byte[]> reading) {
    if (!hearing.clear()) {
      return;
    }
    Instant now = tools.clock().instant();
    for (OwnedPartition partition : assignments.all()) {
      if (!partition.caughtUp(told -> position(reading, told))) {
        continue;
      }
      partition.rooms().tick(now, occupant -> occupant.mailbox().post(() -> tick(occupant)));
    }
  }

  private static long position(Consumer<String, byte[]> reading, TopicPartition of) {
    try {
      return reading.position(of, Duration.ZERO);
    } catch (TimeoutException e) {
      // The group has not said yet where to begin.
      return -1;
    }
  }

  private static void tick(Occupant occupant) {
    try {
      occupant.room().tick();
    } catch (LeaseLostException e) {
      occupant.mailbox().close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      occupant.mailbox().close();
    } catch (RuntimeException e) {
      LOG.error("a timer of a room failed", e);
    }
  }

  private void commit(Consumer<String, byte[]> reading) {
    Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
    assignments.all().forEach(partition -> progress.putAll(partition.progress()));
    if (!progress.isEmpty()) {
      reading.commitAsync(
          progress,
          (offsets, failure) -> {
            if (failure != null) {
              LOG.warnf("offsets were not committed: %s", failure.getClass().getSimpleName());
            }
          });
    }
  }
}
