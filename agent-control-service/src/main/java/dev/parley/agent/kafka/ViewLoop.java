package dev.parley.agent.kafka;

import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentTask;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the view of one instance up to date: reads every partition, in no group. */
public final class ViewLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ViewLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);

  private final Map<String, Object> consumerConfig;
  private final TaskView tasks;
  private final TaskEvents events;
  private final Duration eventHistory;
  private final Clock clock;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean caughtUp;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

  public ViewLoop(
      Map<String, Object> consumerConfig,
      TaskView tasks,
      TaskEvents events,
      Duration eventHistory,
      Clock clock) {
    this.consumerConfig = new HashMap<>(consumerConfig);
    this.consumerConfig.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.tasks = tasks;
    this.events = events;
    this.eventHistory = eventHistory;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("agent-view").unstarted(this::run);
  }

  /** Begins to read. */
  public void start() {
    thread.start();
  }

  /** True once everything was read that was there when this instance started. */
  public boolean caughtUp() {
    return caughtUp;
  }

  @Override
  public void close() {
    stopping = true;
    KafkaConsumer<String, byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(Duration.ofSeconds(5));
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
        read(reading);
      } catch (WakeupException e) {
        LOG.debug("woken up");
      } catch (RuntimeException e) {
        LOG.errorf(e, "the view lost its consumer and reads anew");
        pauseBeforeRestart();
      }
    }
  }

  private void pauseBeforeRestart() {
    try {
      Thread.sleep(RESTART_PAUSE);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void read(KafkaConsumer<String, byte[]> reading) {
    List<TopicPartition> whole = new ArrayList<>();
    whole.addAll(partitions(reading, Topic.AGENT_TASKS));
    whole.addAll(partitions(reading, Topic.AGENT_COMMANDS));
    List<TopicPartition> recent = partitions(reading, Topic.AGENT_EVENTS);
    List<TopicPartition> all = new ArrayList<>(whole);
    all.addAll(recent);
    reading.assign(all);
    Map<TopicPartition, Long> ends = reading.endOffsets(all);
    reading.seekToBeginning(whole);
    Map<TopicPartition, Long> times = new HashMap<>();
    long from = clock.instant().minus(eventHistory).toEpochMilli();
    recent.forEach(each -> times.put(each, from));
    Map<TopicPartition, @Nullable OffsetAndTimestamp> found = reading.offsetsForTimes(times);
    recent.forEach(
        each -> {
          OffsetAndTimestamp at = found.get(each);
          reading.seek(each, at == null ? ends.getOrDefault(each, 0L) : at.offset());
        });
    while (!stopping) {
      for (ConsumerRecord<String, byte[]> record : reading.poll(POLL)) {
        learn(record);
      }
      if (!caughtUp
          && ends.entrySet().stream()
              .allMatch(end -> reading.position(end.getKey()) >= end.getValue())) {
        caughtUp = true;
        LOG.info("the view of tasks has caught up");
      }
    }
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<String, byte[]> reading, Topic topic) {
    return reading.partitionsFor(topic.topicName()).stream()
        .map(each -> new TopicPartition(each.topic(), each.partition()))
        .toList();
  }

  // Bad rows are the worker's business: it reads the same commands.
  private void learn(ConsumerRecord<String, byte[]> record) {
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> {
        if (event.envelope().data() instanceof AgentTask task) {
          tasks.changed(task);
        } else if (event.envelope().data() instanceof StartAgent start) {
          tasks.requested(start);
        } else if (event.envelope().data() instanceof AgentEvent told) {
          events.tell(
              new Told(
                  record.partition() + "-" + record.offset(),
                  record.offset(),
                  PayloadTypes.of(told.getClass()).value(),
                  told));
        }
      }
      case Decoded.Tombstone gone -> tasks.removed(record.key());
      case Decoded.UnknownType newer -> {}
      case Decoded.Refused refused -> {}
    }
  }
}
