package dev.parley.tools;

import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers function calls of agents: reads {@code rtc.tool.calls}, writes {@code rtc.tool.results}.
 * Run as many as there is work for; workers of one group share the partitions. Functions that it
 * does not have are for others.
 */
final class ToolWorker {
  private static final Logger LOG = LoggerFactory.getLogger(ToolWorker.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  // By then every agent has given up: a worker that was away does not answer yesterday's calls.
  private static final Duration TOO_OLD = Duration.ofMinutes(1);

  private final Map<String, Object> kafka;
  private final String group;
  private final Map<String, UnaryOperator<String>> tools;
  private final Clock clock;

  /**
   * A worker with these tools.
   *
   * @param kafka connection and security
   * @param tools what each function answers to its arguments
   */
  ToolWorker(
      Map<String, Object> kafka,
      String group,
      Map<String, UnaryOperator<String>> tools,
      Clock clock) {
    this.kafka = Map.copyOf(kafka);
    this.group = group;
    this.tools = Map.copyOf(tools);
    this.clock = clock;
  }

  /** Works until the consumer is woken up. */
  void run(Listening listening) throws InterruptedException, ExecutionException {
    try (KafkaConsumer<String, Decoded> consumer = consumer();
        KafkaProducer<String, Envelope<?>> producer = producer()) {
      listening.to(consumer);
      consumer.subscribe(List.of(Topic.TOOL_CALLS.topicName()));
      LOG.info("answering calls of {} as a member of group {}", tools.keySet(), group);
      while (true) {
        ConsumerRecords<String, Decoded> calls = consumer.poll(POLL);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (ConsumerRecord<String, Decoded> record : calls) {
          switch (record.value()) {
            case Decoded.Event event -> {
              if (event.envelope().data() instanceof ToolCall call
                  && tools.containsKey(call.name())
                  && recent(call)) {
                Envelope<?> answer = answer(call, event.envelope().traceparent());
                sent.add(producer.send(EventCodec.toRecord(answer)));
              }
            }
            // agent-control-service reads the same topic and keeps it as a bad row.
            case Decoded.Refused refused ->
                LOG.warn(
                    "a record cannot be read: errorCode={} topic={} partition={} offset={}",
                    refused.code(),
                    record.topic(),
                    record.partition(),
                    record.offset());
            case Decoded.UnknownType newer -> {}
            case null -> {}
            case Decoded.Tombstone gone -> {}
          }
        }
        for (Future<RecordMetadata> result : sent) {
          RecordMetadata unused = result.get();
        }
        // After the results: a crash answers a call again, and agent-control takes the first.
        consumer.commitSync();
      }
    } catch (WakeupException e) {
      // asked to stop
    }
  }

  /** Told which consumer to wake up when the worker is to stop. */
  @FunctionalInterface
  interface Listening {
    void to(KafkaConsumer<?, ?> consumer);
  }

  private boolean recent(ToolCall call) {
    return Instant.ofEpochMilli(call.eventTimeMillis()).isAfter(clock.instant().minus(TOO_OLD));
  }

  private Envelope<?> answer(ToolCall call, @Nullable String traceparent) {
    String content = tools.getOrDefault(call.name(), arguments -> "").apply(call.arguments());
    Instant now = clock.instant();
    return new Envelope<>(
        EventIds.derived("example-tool-worker", call.recordKey(), call.toolCallId()),
        "/example/tool-worker",
        now,
        traceparent,
        new ToolResult(
            call.appId(),
            call.roomId(),
            now.toEpochMilli(),
            call.taskId(),
            call.toolCallId(),
            content));
  }

  private KafkaConsumer<String, Decoded> consumer() {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put("group.id", group);
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    // Calls are written in transactions. Java clients also read aborted ones unless told.
    config.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(config, new StringDeserializer(), new EnvelopeDeserializer());
  }

  private KafkaProducer<String, Envelope<?>> producer() {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put("acks", "all");
    return new KafkaProducer<>(config, new StringSerializer(), new EnvelopeSerializer());
  }
}
