package dev.parley.agent.kafka;

import dev.parley.agent.cloud.QuotaShare;
import dev.parley.events.AgentTask;
import dev.parley.events.Topic;
import dev.parley.events.codec.EventIds;
import dev.parley.kit.kafka.EventPublisher.Draft;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one worker: taken over with everything that workers before left behind in them,
 * handed over with what was under way finished.
 */
final class Assignments {
  private static final Logger LOG = Logger.getLogger(Assignments.class);
  private static final Duration FENCE_WINDOW = Duration.ofMinutes(10);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RESTORE_AGAIN = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final Map<String, Object> consumerConfig;
  private final RoomTools tools;
  private final WorkerSettings settings;
  private final Executor threads;
  private final BooleanSupplier stopping;
  private final Hearing hearing;
  private final Map<Integer, OwnedPartition> owned = new ConcurrentHashMap<>();
  private final Queue<Runnable> toLoop = new ConcurrentLinkedQueue<>();
  private volatile long heartbeatNanos = System.nanoTime();

  /** When the group's coordinator had answered at the latest. */
  private volatile long answeredNanos = heartbeatNanos;

  private @Nullable Metric heartbeats;
  private double answers;

  Assignments(
      Map<String, Object> consumerConfig,
      RoomTools tools,
      Executor threads,
      BooleanSupplier stopping,
      Hearing hearing) {
    this.consumerConfig = consumerConfig;
    this.tools = tools;
    this.settings = tools.settings();
    this.threads = threads;
    this.stopping = stopping;
    this.hearing = hearing;
    countFromTheBeginning(tools.metrics());
    Gauge.builder("parley.agent.stops.unconfirmed", this, Assignments::unconfirmedStops)
        .description("Agents whose stop the cloud has not confirmed")
        .register(tools.metrics());
    Gauge.builder("parley.agent.partitions", this, Assignments::workedOn)
        .description("Partitions that this worker has taken over and works on")
        .register(tools.metrics());
  }

  // An alarm on what rises misses the first of a figure that was not there.
  private static void countFromTheBeginning(MeterRegistry metrics) {
    List<Counter> unused = new ArrayList<>();
    for (AgentTask.State state : AgentTask.State.values()) {
      unused.add(metrics.counter("parley.agent.tasks.entered", "state", state.name()));
    }
    unused.add(metrics.counter("parley.agent.tool.calls", "outcome", "late"));
    unused.add(metrics.counter("parley.agent.tool.calls", "outcome", "expired"));
    unused.add(metrics.counter("parley.agent.billed.seconds.avoided"));
    unused.add(metrics.counter("parley.agent.records.refused", "reader", "worker"));
  }

  private long workedOn() {
    return owned.values().stream().filter(OwnedPartition::restored).count();
  }

  private int unconfirmedStops() {
    return owned.values().stream()
        .flatMap(partition -> partition.rooms().awake().stream())
        .mapToInt(occupant -> occupant.room().unconfirmedStops())
        .sum();
  }

  Collection<OwnedPartition> all() {
    return owned.values();
  }

  @Nullable OwnedPartition find(int number) {
    return owned.get(number);
  }

  boolean owns(OwnedPartition partition) {
    return !stopping.getAsBoolean() && owned.get(partition.number()) == partition;
  }

  /** True when every partition has been taken over and is worked on. */
  boolean settled() {
    return !owned.isEmpty() && owned.values().stream().allMatch(OwnedPartition::restored);
  }

  /**
   * The loop is alive; whatever waits for its thread is done now.
   *
   * @return false when it stood still, or the group did not answer, for so long that others may
   *     work for its partitions by now
   */
  boolean beat() {
    boolean inTime = renew();
    for (Runnable next = toLoop.poll(); next != null; next = toLoop.poll()) {
      next.run();
    }
    return inTime;
  }

  // What is late is given up before it is renewed: no room may find a lease that was lost.
  private boolean renew() {
    long now = System.nanoTime();
    Metric counter = heartbeats;
    if (counter != null && (double) counter.metricValue() != answers) {
      answers = (double) counter.metricValue();
      // It came after the last look, and perhaps at once.
      answeredNanos = heartbeatNanos;
    }
    long since = owned.isEmpty() ? heartbeatNanos : renewedNanos();
    boolean inTime = now - since <= settings.sessionTimeout().toNanos();
    if (!inTime) {
      giveUp();
    }
    heartbeatNanos = now;
    return inTime;
  }

  private long renewedNanos() {
    long heartbeat = heartbeatNanos;
    long answered = answeredNanos;
    return heartbeat - answered < 0 ? heartbeat : answered;
  }

  /** True while the loop comes round, or hands over. */
  boolean beating() {
    return System.nanoTime() - heartbeatNanos <= settings.maxPollInterval().toNanos();
  }

  /** Gives everything up at once: somebody else may own it. */
  void abandon() {
    giveUp();
    owned.clear();
    toLoop.clear();
  }

  /** Nothing new begins from here on; calls under way come to an end by themselves. */
  void giveUp() {
    owned.values().forEach(OwnedPartition::giveUp);
  }

  /** Lets work under way finish, commits it, and forgets the partitions. */
  void handOver(Consumer<?, ?> reading, Collection<OwnedPartition> partitions) {
    partitions.forEach(OwnedPartition::close);
    long deadline = System.nanoTime() + settings.drain().toNanos();
    while (System.nanoTime() < deadline
        && !partitions.stream().allMatch(each -> each.lost() || each.idle())) {
      if (!renew() || !Pauses.sleep(MOMENT)) {
        break;
      }
    }
    Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
    partitions.forEach(partition -> progress.putAll(partition.progress()));
    partitions.forEach(
        partition -> {
          partition.giveUp();
          owned.remove(partition.number(), partition);
        });
    try {
      if (!progress.isEmpty()) {
        reading.commitSync(progress, COMMIT_TIMEOUT);
      }
    } catch (KafkaException e) {
      // What is not committed is delivered again, and the fence makes that harmless.
      LOG.warnf("offsets were not committed on hand-over: %s", e.getClass().getSimpleName());
    }
  }

  /** Follows what the group assigns to a consumer. */
  ConsumerRebalanceListener listener(Consumer<?, ?> reading) {
    heartbeats = heartbeats(reading);
    answers = 0;
    return new Rebalance(reading);
  }

  // Grows with each heartbeat that the coordinator answers.
  private static Metric heartbeats(Consumer<?, ?> reading) {
    return reading.metrics().entrySet().stream()
        .filter(
            each ->
                each.getKey().group().equals("consumer-coordinator-metrics")
                    && each.getKey().name().equals("heartbeat-total"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the consumer counts no heartbeats"))
        .getValue();
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    private final Consumer<?, ?> reading;

    Rebalance(Consumer<?, ?> reading) {
      this.reading = reading;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      boolean unused = renew();
      // It has just said what belongs to whom.
      answeredNanos = heartbeatNanos;
      Map<Integer, Set<TopicPartition>> byNumber = new HashMap<>();
      assigned.forEach(
          each -> byNumber.computeIfAbsent(each.partition(), n -> new HashSet<>()).add(each));
      reading.pause(assigned);
      List<OwnedPartition> fresh = new ArrayList<>();
      byNumber.forEach(
          (number, topicPartitions) -> {
            OwnedPartition partition =
                new OwnedPartition(
                    number,
                    topicPartitions,
                    settings.queuePerPartition(),
                    PartitionTools.of(
                        tools,
                        new PartitionLease(
                            Assignments.this::renewedNanos,
                            System::nanoTime,
                            settings.sessionTimeout()),
                        new QuotaShare(
                            settings.quotaPerSecond(), Topic.PARTITIONS, System::nanoTime),
                        hearing),
                    threads);
            owned.put(number, partition);
            fresh.add(partition);
          });
      LOG.infof("partitions taken over: %s", byNumber.keySet());
      if (!fresh.isEmpty()) {
        threads.execute(() -> restore(fresh));
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      // A lost lease means that work under way has ended: there is nothing to wait for.
      handOver(reading, ofNumbers(revoked));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      ofNumbers(lost)
          .forEach(
              partition -> {
                partition.giveUp();
                owned.remove(partition.number(), partition);
              });
    }
  }

  private List<OwnedPartition> ofNumbers(Collection<TopicPartition> topicPartitions) {
    return topicPartitions.stream()
        .map(TopicPartition::partition)
        .distinct()
        .map(number -> Optional.ofNullable(owned.get(number)))
        .flatMap(Optional::stream)
        .toList();
  }

  private void restore(List<OwnedPartition> partitions) {
    while (partitions.stream().anyMatch(this::owns)) {
      try {
        Map<Integer, Restorer.Known> known =
            // Twice, since clocks differ and producers' times are not the events' own.
            new Restorer(consumerConfig, FENCE_WINDOW, settings.commandTtl().multipliedBy(2))
                .restore(
                    partitions.stream().map(OwnedPartition::number).toList(),
                    tools.clock().instant(),
                    () -> partitions.stream().anyMatch(this::owns));
        keepBadRows(known.values());
        tellEndsAgain(known.values());
        toLoop.add(() -> takeOver(partitions, known));
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        // Without its past a partition must not be worked on: try until it can be read.
        LOG.errorf(e, "the state of partitions could not be read, trying again");
        if (!Pauses.sleep(RESTORE_AGAIN)) {
          return;
        }
      }
    }
  }

  private void keepBadRows(Collection<Restorer.Known> known) throws InterruptedException {
    List<Draft> badRows = known.stream().flatMap(each -> each.badRows().stream()).toList();
    if (!badRows.isEmpty()) {
      LOG.errorf(
          "records of the state cannot be read and are kept as bad rows: %d", badRows.size());
      tools
          .metrics()
          .counter("parley.agent.records.refused", "reader", "worker")
          .increment(badRows.size());
      tools.journal().append(badRows);
    }
  }

  // Compaction keeps what was written last, which must not be the older state.
  private void tellEndsAgain(Collection<Restorer.Known> known) throws InterruptedException {
    List<Draft> ends =
        known.stream()
            .flatMap(each -> each.overtaken().values().stream())
            .map(
                task ->
                    new Draft(
                        task,
                        EventIds.derived(
                            "task-again",
                            task.recordKey(),
                            task.state().name(),
                            String.valueOf(task.endedTimeMillis()))))
            .toList();
    if (!ends.isEmpty()) {
      LOG.warnf("older states were written behind the end of tasks: %d", ends.size());
      tools.journal().append(ends);
    }
  }

  private void takeOver(List<OwnedPartition> partitions, Map<Integer, Restorer.Known> known) {
    int tasks = 0;
    for (OwnedPartition partition : partitions) {
      Restorer.Known of = known.get(partition.number());
      if (of == null || !owns(partition)) {
        continue;
      }
      partition.fence().settleAll(of.settled());
      of.rooms().values().forEach(partition::note);
      of.roomEvents().forEach(partition::note);
      for (var task : of.tasks().values()) {
        partition.takeOver(task, of.rooms().get(task.roomKey().toString()));
        tasks++;
      }
      for (var expired : of.expired()) {
        partition
            .fence()
            .settle(
                Room.toolCommandId(expired.roomKey().task(expired.taskId()), expired.toolCallId()),
                true);
        if (partition.rooms().knows(expired.roomKey())) {
          partition.rooms().get(expired.roomKey()).room().restore(expired);
        }
      }
      partition.markRestored(of.toldUpTo());
    }
    LOG.infof("state taken over: partitions=%d tasks=%d", partitions.size(), tasks);
  }
}
