package dev.parley.agent.kafka;

import dev.parley.agent.cloud.LeaseLostException;
import dev.parley.agent.cloud.QuotaShare;
import dev.parley.agent.kafka.OwnedPartition.Occupant;
import dev.parley.agent.kafka.Room.UnplaceableException;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomScoped;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.kit.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
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
          Topic.TOOL_RESULTS.topicName());

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration FENCE_WINDOW = Duration.ofMinutes(10);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);

  private final Map<String, Object> consumerConfig;
  private final RoomTools tools;
  private final WorkerSettings settings;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("agent-room-", 0).factory());
  private final Map<Integer, OwnedPartition> owned = new ConcurrentHashMap<>();
  private final Queue<Runnable> toLoop = new ConcurrentLinkedQueue<>();
  private final Thread thread;

  private volatile long heartbeatNanos = System.nanoTime();
  private volatile boolean stopping;
  private volatile boolean crashed;
  private @Nullable KafkaConsumer<String, byte[]> consumer;
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
    int session = (int) settings.sessionTimeout().toMillis();
    this.consumerConfig.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
    this.consumerConfig.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / 4);
    // Giving partitions away may take as long as calls under way do.
    this.consumerConfig.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
        (int) settings.drain().plusSeconds(40).toMillis());
    this.thread = Thread.ofPlatform().name("agent-worker").unstarted(this::run);
  }

  /** Joins the group and begins to work. */
  public void start() {
    thread.start();
  }

  /** True while the worker reads; false before it was started and once it has stopped. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** True when every partition of this worker has been taken over and is worked on. */
  public boolean settled() {
    return !owned.isEmpty() && owned.values().stream().allMatch(OwnedPartition::restored);
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
    owned.values().forEach(OwnedPartition::giveUp);
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
        reading.subscribe(TOPICS, new Rebalance(reading));
        read(reading);
        if (crashed) {
          return;
        }
        handOver(reading, List.copyOf(owned.values()));
      } catch (WakeupException e) {
        LOG.debug("woken up");
      } catch (RuntimeException e) {
        // A worker that is gone and says nothing is worse than one that begins again.
        LOG.errorf(e, "the worker lost its consumer and begins again");
        abandon();
        pauseBeforeRestart();
      }
    }
  }

  private void read(KafkaConsumer<String, byte[]> reading) {
    while (!stopping) {
      try {
        for (ConsumerRecord<String, byte[]> record : reading.poll(POLL)) {
          dispatch(record);
        }
      } catch (WakeupException e) {
        continue;
      }
      heartbeatNanos = System.nanoTime();
      for (Runnable next = toLoop.poll(); next != null; next = toLoop.poll()) {
        next.run();
      }
      regulate(reading);
      if (elapsed(lastTickNanos, settings.tick())) {
        lastTickNanos = System.nanoTime();
        tick();
      }
      if (elapsed(lastCommitNanos, settings.commitInterval())) {
        lastCommitNanos = System.nanoTime();
        commit(reading);
      }
    }
  }

  private static boolean elapsed(long sinceNanos, Duration interval) {
    return System.nanoTime() - sinceNanos >= interval.toNanos();
  }

  private void abandon() {
    owned.values().forEach(OwnedPartition::giveUp);
    owned.clear();
    toLoop.clear();
  }

  private void pauseBeforeRestart() {
    try {
      Thread.sleep(RESTART_PAUSE);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void dispatch(ConsumerRecord<String, byte[]> record) {
    OwnedPartition partition = owned.get(record.partition());
    if (partition == null) {
      return;
    }
    TopicPartition from = new TopicPartition(record.topic(), record.partition());
    partition.watermark(from).begin(record.offset());
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> route(partition, from, record, event.envelope().data());
      case Decoded.UnknownType newer -> done(partition, from, record);
      case Decoded.Tombstone gone -> done(partition, from, record);
      case Decoded.Refused refused ->
          keep(
              partition,
              from,
              record,
              refused.code().name().toLowerCase(Locale.ROOT),
              refused.reason());
    }
  }

  private void route(
      OwnedPartition partition,
      TopicPartition from,
      ConsumerRecord<String, byte[]> record,
      Payload data) {
    if (data instanceof RoomScoped scoped && misplaced(scoped, record)) {
      keep(
          partition,
          from,
          record,
          "wrong_partition",
          "the record is not on the partition of its room");
    } else if (data instanceof AgentCommand command) {
      work(partition, from, record, command, room -> room.command(command));
    } else if (data instanceof ToolResult result) {
      work(partition, from, record, result, room -> room.toolResult(result));
    } else if (data instanceof AgentEvent event && knows(partition, event)) {
      work(partition, from, record, event, room -> room.agentEvent(event));
    } else if (data instanceof RoomEvent event && knows(partition, event)) {
      work(partition, from, record, event, room -> room.roomEvent(event));
    } else {
      done(partition, from, record);
    }
  }

  private static boolean misplaced(RoomScoped data, ConsumerRecord<String, byte[]> record) {
    return RoomPartitioner.partition(data.recordKey(), Topic.PARTITIONS) != record.partition();
  }

  // Most rooms have no agent; their facts pass by.
  private static boolean knows(OwnedPartition partition, RoomScoped data) {
    return partition.room(data.roomKey()).isPresent();
  }

  private interface Work {
    void on(Room room) throws InterruptedException;
  }

  private void work(
      OwnedPartition partition,
      TopicPartition from,
      ConsumerRecord<String, byte[]> record,
      RoomScoped data,
      Work work) {
    Occupant occupant = partition.roomOrNew(data.roomKey(), tools, threads);
    partition.underWay().incrementAndGet();
    occupant
        .mailbox()
        .post(
            () -> {
              try {
                work.on(occupant.room());
                done(partition, from, record);
              } catch (LeaseLostException e) {
                occupant.mailbox().close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                occupant.mailbox().close();
              } catch (UnplaceableException e) {
                keep(
                    partition,
                    from,
                    record,
                    "tool_result_without_task",
                    String.valueOf(e.getMessage()));
              } catch (RuntimeException e) {
                LOG.errorf(
                    e,
                    "a record could not be worked on topic=%s partition=%d offset=%d",
                    record.topic(),
                    record.partition(),
                    record.offset());
                keep(
                    partition,
                    from,
                    record,
                    "processing_failed",
                    "the worker failed on it; its log says why");
              } finally {
                partition.underWay().decrementAndGet();
              }
            });
  }

  private static void done(
      OwnedPartition partition, TopicPartition from, ConsumerRecord<String, byte[]> record) {
    partition.watermark(from).done(record.offset());
  }

  private void keep(
      OwnedPartition partition,
      TopicPartition from,
      ConsumerRecord<String, byte[]> record,
      String code,
      String reason) {
    LOG.warnf(
        "a record is kept as a bad row: errorCode=%s topic=%s partition=%d offset=%d",
        code, record.topic(), record.partition(), record.offset());
    threads.execute(
        () -> {
          while (!stopping && owned.get(partition.number()) == partition) {
            try {
              tools
                  .journal()
                  .append(List.of(BadRows.of(record, code, reason, tools.clock().instant())));
              done(partition, from, record);
              return;
            } catch (KafkaUnavailableException e) {
              if (!sleepBriefly()) {
                return;
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return;
            }
          }
        });
  }

  private static boolean sleepBriefly() {
    try {
      Thread.sleep(Duration.ofSeconds(1));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // A full partition is not read until half of its work is done.
  private void regulate(KafkaConsumer<String, byte[]> reading) {
    for (OwnedPartition partition : owned.values()) {
      int underWay = partition.underWay().get();
      if (!partition.paused() && underWay >= settings.queuePerPartition()) {
        reading.pause(partition.topicPartitions());
        partition.paused(true);
      } else if (partition.paused()
          && partition.restored()
          && underWay <= settings.queuePerPartition() / 2) {
        reading.resume(partition.topicPartitions());
        partition.paused(false);
      }
    }
  }

  private void tick() {
    Instant now = tools.clock().instant();
    for (OwnedPartition partition : owned.values()) {
      partition
          .rooms()
          .forEach(
              (key, occupant) -> {
                if (!occupant.mailbox().idle()) {
                  return;
                }
                if (!occupant.room().nextDue().isAfter(now)) {
                  occupant.mailbox().post(() -> tick(occupant));
                } else if (occupant.room().forgotten()) {
                  partition.rooms().remove(key);
                }
              });
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
    owned.values().forEach(partition -> progress.putAll(partition.progress()));
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

  /** Lets work under way finish, commits it, and forgets the partitions. */
  private void handOver(Consumer<String, byte[]> reading, Collection<OwnedPartition> partitions) {
    partitions.forEach(OwnedPartition::close);
    long deadline = System.nanoTime() + settings.drain().toNanos();
    while (System.nanoTime() < deadline && !partitions.stream().allMatch(OwnedPartition::idle)) {
      heartbeatNanos = System.nanoTime();
      if (!sleepAMoment()) {
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

  private static boolean sleepAMoment() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, byte[]> reading;

    Rebalance(KafkaConsumer<String, byte[]> reading) {
      this.reading = reading;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      heartbeatNanos = System.nanoTime();
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
                    new PartitionLease(
                        () -> heartbeatNanos, System::nanoTime, settings.sessionTimeout()),
                    new QuotaShare(settings.quotaPerSecond(), Topic.PARTITIONS, System::nanoTime));
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
      if (crashed) {
        return;
      }
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

    private List<OwnedPartition> ofNumbers(Collection<TopicPartition> topicPartitions) {
      return topicPartitions.stream()
          .map(TopicPartition::partition)
          .distinct()
          .map(number -> Optional.ofNullable(owned.get(number)))
          .flatMap(Optional::stream)
          .toList();
    }
  }

  private void restore(List<OwnedPartition> partitions) {
    while (!stopping && partitions.stream().anyMatch(this::stillOwned)) {
      try {
        Map<Integer, Restorer.Known> known =
            new Restorer(consumerConfig, FENCE_WINDOW)
                .restore(
                    partitions.stream().map(OwnedPartition::number).toList(),
                    tools.clock().instant(),
                    () -> !stopping && partitions.stream().anyMatch(this::stillOwned));
        toLoop.add(() -> takeOver(partitions, known));
        return;
      } catch (RuntimeException e) {
        // Without its past a partition must not be worked on: try until it can be read.
        LOG.errorf(e, "the state of partitions could not be read, trying again");
        if (!sleepBriefly()) {
          return;
        }
      }
    }
  }

  private boolean stillOwned(OwnedPartition partition) {
    return owned.get(partition.number()) == partition;
  }

  private void takeOver(List<OwnedPartition> partitions, Map<Integer, Restorer.Known> known) {
    Instant forgetBefore = tools.clock().instant().minus(settings.memory());
    int tasks = 0;
    for (OwnedPartition partition : partitions) {
      Restorer.Known of = known.get(partition.number());
      if (of == null || !stillOwned(partition)) {
        continue;
      }
      partition.fence().settleAll(of.settled());
      for (var task : of.tasks().values()) {
        boolean remembered =
            !task.state().ended() || task.eventTimeMillis() >= forgetBefore.toEpochMilli();
        if (remembered) {
          partition
              .roomOrNew(task.roomKey(), tools, threads)
              .room()
              .restore(task, of.rooms().get(task.roomKey()));
          tasks++;
        }
      }
      partition.markRestored();
    }
    LOG.infof("state taken over: partitions=%d tasks=%d", partitions.size(), tasks);
  }
}
