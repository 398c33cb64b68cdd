package dev.parley.agent.kafka;

import dev.parley.events.AgentEvent;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads everything that the worker writes. */
final class WorkerOutput {

  /** What a record said, and where it stood. */
  record Read(ConsumerRecord<String, byte[]> record, @Nullable Envelope<?> envelope) {
    @Nullable Payload data() {
      return envelope == null ? null : envelope.data();
    }
  }

  private final List<Read> all = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean stopping;

  WorkerOutput(String bootstrapServers) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try (KafkaConsumer<String, byte[]> consumer =
                      new KafkaConsumer<>(
                          Map.of(
                              "bootstrap.servers",
                              bootstrapServers,
                              "auto.offset.reset",
                              "earliest"),
                          new StringDeserializer(),
                          new ByteArrayDeserializer())) {
                    List<TopicPartition> partitions = new ArrayList<>();
                    for (Topic topic :
                        List.of(Topic.AGENT_EVENTS, Topic.AGENT_TASKS, Topic.BAD_ROWS)) {
                      IntStream.range(0, Topic.PARTITIONS)
                          .forEach(
                              number ->
                                  partitions.add(new TopicPartition(topic.topicName(), number)));
                    }
                    consumer.assign(partitions);
                    while (!stopping) {
                      consumer
                          .poll(Duration.ofMillis(50))
                          .forEach(
                              record ->
                                  all.add(
                                      new Read(
                                          record,
                                          EventCodec.decode(record.headers(), record.value())
                                                  instanceof Decoded.Event event
                                              ? event.envelope()
                                              : null)));
                    }
                  }
                });
  }

  List<Read> all() {
    return all;
  }

  /** The ids of a task's events of a type, each once. */
  Set<String> eventIds(TaskId task, Class<? extends AgentEvent> type) {
    Set<String> ids = new HashSet<>();
    for (Read read : all) {
      if (type.isInstance(read.data())
          && task.equals(((AgentEvent) read.data()).taskId())
          && read.envelope() != null) {
        ids.add(read.envelope().id());
      }
    }
    return ids;
  }

  List<AgentEvent> events(TaskId task) {
    return all.stream()
        .map(Read::data)
        .filter(AgentEvent.class::isInstance)
        .map(AgentEvent.class::cast)
        .filter(event -> task.equals(event.taskId()))
        .toList();
  }

  List<Class<?>> eventTypes(TaskId task) {
    return events(task).stream().<Class<?>>map(Object::getClass).toList();
  }

  Optional<AgentTask> state(TaskId task) {
    return all.stream()
        .map(Read::data)
        .filter(AgentTask.class::isInstance)
        .map(AgentTask.class::cast)
        .filter(each -> each.taskId().equals(task))
        .reduce((first, second) -> second);
  }

  void stop() throws InterruptedException {
    stopping = true;
    thread.join(Duration.ofSeconds(5));
  }
}
