package dev.parley.agent.kafka;

import dev.parley.agent.usage.UsageLedger;
import dev.parley.agent.usage.UsageSpan;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.AppId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.kafka.TopicFollower;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Adds up what Kafka says that agents have used and use. */
final class UsageReader implements TopicFollower.Learner {
  private static final Logger LOG = Logger.getLogger(UsageReader.class);

  /** Tasks under way; one that was told of again behind its end goes in time. */
  private static final int MAX_ASKED = 100_000;

  // The events of a conversation are many and tell nothing of usage: their data is not parsed.
  private static final Set<Class<? extends Payload>> WANTED =
      Set.of(
          AgentRequested.class,
          AgentDispatched.class,
          AgentRunning.class,
          AgentStopped.class,
          AgentFailed.class,
          AgentUsageMeasured.class,
          AgentUsageReported.class,
          AgentTask.class);

  private record Key(AppId appId, TaskId taskId) {}

  /** What is known of a task whose end was not told. */
  private record Asked(String scene, boolean accepted, boolean seen) {}

  private final Map<Key, Asked> asked =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Asked> eldest) {
          return size() > MAX_ASKED;
        }
      };

  private final UsageLedger ledger;
  private final Counter unreadable;
  private final Clock clock;
  private final Duration history;

  UsageReader(UsageLedger ledger, MeterRegistry metrics, Clock clock, Duration history) {
    this.ledger = ledger;
    this.unreadable = metrics.counter("parley.agent.records.refused", "reader", "usage");
    this.clock = clock;
    this.history = history;
  }

  @Override
  public TopicFollower.Start start(TopicPartition partition) {
    return partition.topic().equals(Topic.AGENT_EVENTS.topicName())
        ? new TopicFollower.Start.Since(clock.instant().minus(history))
        : new TopicFollower.Start.Earliest();
  }

  // Everything comes again.
  @Override
  public void begin(Map<TopicPartition, Long> starts) {
    ledger.clear();
    asked.clear();
  }

  @Override
  public void learn(ConsumerRecord<String, byte[]> record) {
    if (EventCodec.type(record.headers()).filter(WANTED::contains).isEmpty()) {
      return;
    }
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> learn(event.envelope().data());
      case Decoded.Tombstone gone -> {}
      case Decoded.UnknownType newer -> {}
      // Usage that nobody adds up; keeping it as a bad row is the worker's business.
      case Decoded.Refused refused -> {
        unreadable.increment();
        LOG.warnf(
            "a record of usage cannot be read: errorCode=%s topic=%s partition=%d offset=%d",
            refused.code(), record.topic(), record.partition(), record.offset());
      }
    }
  }

  private void learn(Payload data) {
    if (data instanceof AgentRequested requested) {
      // Told again by a worker that took over, it takes nothing back.
      asked.putIfAbsent(
          new Key(requested.appId(), requested.taskId()),
          new Asked(requested.scene(), false, false));
    } else if (data instanceof AgentDispatched dispatched) {
      asked.computeIfPresent(
          new Key(dispatched.appId(), dispatched.taskId()),
          (key, task) -> new Asked(task.scene(), true, task.seen()));
    } else if (data instanceof AgentRunning running) {
      asked.computeIfPresent(
          new Key(running.appId(), running.taskId()),
          (key, task) -> new Asked(task.scene(), task.accepted(), true));
    } else if (data instanceof AgentStopped stopped) {
      over(stopped.appId(), stopped.taskId(), stopped.eventTimeMillis());
    } else if (data instanceof AgentFailed failed) {
      over(failed.appId(), failed.taskId(), failed.eventTimeMillis());
    } else if (data instanceof AgentUsageMeasured measured) {
      ledger.ended(
          new UsageSpan(
              measured.appId(),
              measured.taskId(),
              measured.scene(),
              Instant.ofEpochMilli(measured.runningTimeMillis()),
              Instant.ofEpochMilli(measured.runningTimeMillis() + measured.activeMillis())));
    } else if (data instanceof AgentUsageReported reported) {
      ledger.reported(
          reported.appId(),
          reported.taskId(),
          Instant.ofEpochMilli(reported.eventTimeMillis()),
          reported.usage());
    } else if (data instanceof AgentTask task && task.runningTimeMillis() != null) {
      if (task.state().ended()) {
        ledger.gone(task.appId(), task.taskId());
      } else {
        ledger.running(
            task.appId(),
            task.taskId(),
            task.scene(),
            Instant.ofEpochMilli(task.runningTimeMillis()));
      }
    }
  }

  // What an agent used that was seen is told by itself.
  private void over(AppId appId, TaskId taskId, long atMillis) {
    Asked task = asked.remove(new Key(appId, taskId));
    if (task != null && !task.seen()) {
      ledger.unseen(appId, taskId, task.scene(), Instant.ofEpochMilli(atMillis), task.accepted());
    }
  }
}
