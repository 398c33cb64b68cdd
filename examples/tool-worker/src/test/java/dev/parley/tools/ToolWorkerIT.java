package dev.parley.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Payload;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.EmbeddedKafka;
import dev.parley.testkit.NodeScript;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Both workers, run as a person runs them, answer the same questions in the same words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToolWorkerIT {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final TaskId TASK = new TaskId("t-1");

  private EmbeddedKafka kafka;

  @BeforeAll
  void startKafka(@TempDir Path data) {
    kafka = EmbeddedKafka.start(data);
  }

  @AfterAll
  void stopKafka() {
    kafka.close();
  }

  @Test
  void java() throws Exception {
    answersTheWeather(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.parley.tools.Main"),
        "java");
  }

  @Test
  void javascript() throws Exception {
    NodeScript.install(MODULE.resolve("javascript"), MODULE.resolve("target/javascript"));
    answersTheWeather(List.of("node", "target/javascript/tool-worker.js"), "javascript");
  }

  private void answersTheWeather(List<String> command, String language) throws Exception {
    // Given
    RoomId room = new RoomId("room-" + language);
    String key = APP + ":" + room;
    write(call(room, "call_1", "get_current_weather", "Shanghai", Instant.now(), TASK));
    write(call(room, "call_2", "book_a_table", "Shanghai", Instant.now(), TASK));
    write(
        call(
            room,
            "call_3",
            "get_current_weather",
            "Shanghai",
            Instant.now().minusSeconds(3_600),
            TASK));
    write(key, "{not json".getBytes(StandardCharsets.UTF_8), new RecordHeaders());
    write(key, null, new RecordHeaders());
    write(call(room, "call_4", "get_current_weather", "Hamburg", Instant.now(), null));
    Path log = Files.createTempFile(MODULE.resolve("target"), language, ".log");
    Process worker = start(command, language, log);

    try {
      // When
      await().atMost(PATIENCE).until(() -> results(room).size() >= 2 || !worker.isAlive());
      worker.destroy();
      assertThat(worker.waitFor(30, TimeUnit.SECONDS)).as("it ends when asked to").isTrue();
      Process next = start(command, language, log);
      write(call(room, "call_5", "get_current_weather", "Atlantis", Instant.now(), TASK));
      await().atMost(PATIENCE).until(() -> results(room).size() >= 3 || !next.isAlive());
      next.destroy();
      assertThat(next.waitFor(30, TimeUnit.SECONDS)).as("it ends when asked to").isTrue();
    } finally {
      worker.destroyForcibly();
    }

    // Then
    assertThat(results(room))
        .extracting(ToolResult::toolCallId, ToolResult::taskId, ToolResult::content)
        .containsExactly(
            tuple("call_1", TASK, "Shanghai: sunny, 26 degrees"),
            tuple("call_4", null, "Hamburg: rainy, 12 degrees"),
            tuple("call_5", TASK, "The weather there is not known."));
    assertThat(envelopes(room)).extracting(Envelope::traceparent).containsOnly(TRACE);
    assertThat(Files.readString(log))
        .as("it says which record it could not read")
        .containsPattern(
            "errorCode=HEADER_MISSING topic=rtc.tool.calls partition=[0-9]+ offset=[0-9]+");
  }

  private Process start(List<String> command, String group, Path log) throws IOException {
    List<String> full = new ArrayList<>(command);
    full.add(kafka.bootstrapServers());
    full.add("tool-worker-" + group);
    return new ProcessBuilder(full)
        .directory(MODULE.toFile())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  /** The results of a room; fails when one is not as the contract says or lies elsewhere. */
  private List<ToolResult> results(RoomId room) {
    return envelopes(room).stream().map(envelope -> (ToolResult) envelope.data()).toList();
  }

  private List<Envelope<?>> envelopes(RoomId room) {
    List<Envelope<?>> results = new ArrayList<>();
    int home = RoomPartitioner.partition(APP + ":" + room, Topic.PARTITIONS);
    try (KafkaConsumer<String, Decoded> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringDeserializer(),
            new EnvelopeDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, Topic.PARTITIONS)
              .mapToObj(n -> new TopicPartition(Topic.TOOL_RESULTS.topicName(), n))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, Decoded> record : consumer.poll(Duration.ofMillis(200))) {
          assertThat(record.value()).isInstanceOf(Decoded.Event.class);
          Envelope<?> result = ((Decoded.Event) record.value()).envelope();
          if (((ToolResult) result.data()).roomId().equals(room)) {
            assertThat(record.partition()).isEqualTo(home);
            assertThat(record.key()).isEqualTo(APP + ":" + room);
            results.add(result);
          }
        }
      }
    }
    return results;
  }

  private static ToolCall call(
      RoomId room, String id, String name, String location, Instant at, @Nullable TaskId task) {
    return new ToolCall(
        APP, room, at.toEpochMilli(), task, null, id, name, "{\"location\":\"" + location + "\"}");
  }

  private void write(Payload data) throws Exception {
    Headers headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(
            new Envelope<>(
                EventIds.derived(data.toString()),
                "/parley/room-gateway",
                Instant.now(),
                TRACE,
                data),
            headers);
    write(data.recordKey(), value, headers);
  }

  // Compressed, as the services write.
  private void write(String key, byte @Nullable [] value, Headers headers) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "compression.type", "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.TOOL_CALLS.topicName(),
                  null,
                  key.getBytes(StandardCharsets.UTF_8),
                  value,
                  headers))
          .get();
    }
  }
}
