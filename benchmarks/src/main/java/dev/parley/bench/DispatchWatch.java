package dev.parley.bench;

import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads {@code rtc.agent.events} and tells loads which of their starts the cloud has accepted. */
final class DispatchWatch implements AutoCloseable {
  private final Map<String, StartLoad> waiting = new ConcurrentHashMap<>();
  private final Thread reader;
  private volatile boolean closing;

  DispatchWatch(String bootstrapServers) {
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

  /** Tells that load when the start in that room is over. */
  void tell(String room, StartLoad load) {
    waiting.put(room, load);
  }

  private void read(KafkaConsumer<String, byte[]> consumer) {
    try (consumer) {
      while (!closing) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          Class<? extends Payload> type = EventCodec.type(record.headers()).orElseThrow();
          boolean failed = type.equals(AgentFailed.class);
          if (failed || type.equals(AgentDispatched.class)) {
            String room = record.key().substring(record.key().indexOf(':') + 1);
            StartLoad load = waiting.remove(room);
            if (load != null && failed) {
              load.failed("a start failed: " + new String(record.value(), StandardCharsets.UTF_8));
            }
            if (load != null) {
              load.over(room);
            }
          }
        }
      }
    }
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
