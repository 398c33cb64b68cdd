package dev.parley.bench;

import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.EventCodec;
import dev.parley.stack.StackException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads {@code rtc.agent.events} and tells loads which of their starts the cloud has accepted, and
 * when: the broker notes when it wrote the event down. Read at once is only what the next start of
 * a closed load or the next stop waits for: reading each event by itself takes as much of the
 * broker as a worker does.
 */
final class DispatchWatch implements AutoCloseable {
  // Where nobody waits for an event before the next start begins.
  private static final Duration GATHER = Duration.ofMillis(50);

  private final Map<String, StartLoad> waiting = new ConcurrentHashMap<>();
  private final Map<String, Runnable> ends = new ConcurrentHashMap<>();
  private final Thread reader;
  private volatile boolean closing;
  private volatile boolean awaited;

  DispatchWatch(String bootstrapServers) {
    noteWhenWritten(bootstrapServers);
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.AGENT_EVENTS.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    this.reader = Thread.ofPlatform().name("dispatch-watch").start(() -> read(consumer));
  }

  private static void noteWhenWritten(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topic.AGENT_EVENTS.topicName()),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry(
                              TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("the broker does not take a topic's setting: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  /** Tells that load when the start in that room is over. */
  void tell(String room, StartLoad load) {
    awaited = load.closedLoop();
    waiting.put(room, load);
  }

  /** Runs that when the agent in that room has stopped, on the thread that reads. */
  void onEnd(String room, Runnable action) {
    awaited = true;
    ends.put(room, action);
  }

  private void read(KafkaConsumer<String, byte[]> consumer) {
    try (consumer) {
      while (!closing) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          Class<? extends Payload> type = EventCodec.type(record.headers()).orElseThrow();
          String room = record.key().substring(record.key().indexOf(':') + 1);
          if (type.equals(AgentStopped.class)) {
            Runnable end = ends.remove(room);
            if (end != null) {
              end.run();
            }
          }
          boolean failed = type.equals(AgentFailed.class);
          if (failed || type.equals(AgentDispatched.class)) {
            StartLoad load = waiting.remove(room);
            if (load != null && failed) {
              load.failed("a start failed: " + new String(record.value(), StandardCharsets.UTF_8));
            }
            if (load != null) {
              if (record.timestampType() != TimestampType.LOG_APPEND_TIME) {
                load.failed("the broker does not say when it wrote an event down");
              }
              load.over(room, written(record));
            }
          }
        }
        if (!awaited) {
          LockSupport.parkNanos(GATHER.toNanos());
        }
      }
    }
  }

  // The broker counts whole milliseconds: the end of the one in which it was.
  private static Instant written(ConsumerRecord<String, byte[]> record) {
    return Instant.ofEpochMilli(record.timestamp() + 1);
  }

  @Override
  public void close() {
    closing = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
