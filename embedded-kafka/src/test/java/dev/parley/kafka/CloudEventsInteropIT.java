package dev.parley.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.Transcript;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.testkit.Needs;
import dev.parley.testkit.NodeScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other implementations of Kafka's protocol and of CloudEvents read what Parley writes. */
class CloudEventsInteropIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("Room123");
  private static final String KEY = "123456781234567812345678:Room123";
  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @TempDir static Path data;

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(data.resolve("kafka"));
    write(
        new Envelope<>(
            "id-1",
            "/parley/room-gateway",
            Instant.parse("2025-06-15T15:06:41.001Z"),
            TRACEPARENT,
            new UserJoined(APP, ROOM, 1_750_000_000_123L, Evidence.CLOUD, new UserId("alice"))));
    write(
        new Envelope<>(
            "id-2",
            "/parley/room-gateway",
            Instant.parse("2025-06-15T15:06:42.001Z"),
            null,
            new Transcript(
                APP,
                ROOM,
                1_750_000_001_123L,
                new UserId("alice"),
                Transcript.Speaker.USER,
                "今天天气怎么样？",
                "zh",
                3L,
                9,
                true,
                true)));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void theJavaScriptPackagesReadAnEventAsItWasWritten() throws Exception {
    // When
    JsonNode read = readWithJavaScript(Topic.ROOM_EVENTS);

    // Then
    assertThat(read.path("key").textValue()).isEqualTo(KEY);
    assertThat(read.path("event"))
        .isEqualTo(
            JSON.readTree(
                """
                {
                  "specversion": "1.0",
                  "id": "id-1",
                  "source": "/parley/room-gateway",
                  "type": "dev.parley.room.user-joined.v1",
                  "subject": "Room123",
                  "time": "2025-06-15T15:06:40.123Z",
                  "datacontenttype": "application/json",
                  "partitionkey": "123456781234567812345678:Room123",
                  "ingestedat": "2025-06-15T15:06:41.001Z",
                  "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                  "data": {
                    "appId": "123456781234567812345678",
                    "roomId": "Room123",
                    "eventTimeMillis": 1750000000123,
                    "evidence": "CLOUD",
                    "userId": "alice"
                  }
                }
                """));
  }

  @Test
  void theJavaScriptPackagesReadTextOfAnyLanguage() throws Exception {
    // When
    JsonNode read = readWithJavaScript(Topic.ROOM_TRANSCRIPTS);

    // Then
    assertThat(read.at("/event/data/text").textValue()).isEqualTo("今天天气怎么样？");
    assertThat(read.at("/event/traceparent").isMissingNode()).isTrue();
  }

  @Test
  void whatAToolWorkerInJavaScriptWritesIsReadHere() throws Exception {
    // Given
    String event =
        """
        {
          "id": "answer-1",
          "source": "/weather-worker",
          "type": "dev.parley.tool.answered.v1",
          "subject": "Room123",
          "time": "2025-06-15T15:06:52.623Z",
          "datacontenttype": "application/json",
          "partitionkey": "123456781234567812345678:Room123",
          "ingestedat": "2025-06-15T15:06:52.623Z",
          "data": {
            "appId": "123456781234567812345678",
            "roomId": "Room123",
            "eventTimeMillis": 1750000012623,
            "taskId": "t-1",
            "toolCallId": "call_cx_1",
            "content": "晴，31 度"
          }
        }
        """;

    // When
    NodeScript.run(
        "write.mjs", kafka.bootstrapServers(), Topic.TOOL_RESULTS.topicName(), KEY, event);

    // Then
    ConsumerRecord<byte[], byte[]> record = first(Topic.TOOL_RESULTS);
    assertThat(EventCodec.decode(record.key(), record.headers(), record.value()))
        .isEqualTo(
            new Decoded.Event(
                new Envelope<>(
                    "answer-1",
                    "/weather-worker",
                    Instant.parse("2025-06-15T15:06:52.623Z"),
                    null,
                    new ToolResult(
                        APP, ROOM, 1_750_000_012_623L, new TaskId("t-1"), "call_cx_1", "晴，31 度"))));
    assertThat(record.partition()).isEqualTo(RoomPartitioner.partition(KEY, Topic.PARTITIONS));
  }

  @Test
  void kcatShowsKeyHeadersAndValue() throws Exception {
    // When
    String shown =
        kcat(
            "-C",
            "-b",
            kafka.bootstrapServers(),
            "-t",
            Topic.ROOM_EVENTS.topicName(),
            "-o",
            "beginning",
            "-e",
            "-q",
            "-f",
            "%k|%h|%s\\n");

    // Then
    assertThat(shown.strip())
        .isEqualTo(
            KEY
                + "|content-type=application/json,ce_specversion=1.0,ce_id=id-1,"
                + "ce_source=/parley/room-gateway,ce_type=dev.parley.room.user-joined.v1,"
                + "ce_subject=Room123,ce_time=2025-06-15T15:06:40.123Z,ce_partitionkey="
                + KEY
                + ",ce_ingestedat=2025-06-15T15:06:41.001Z,ce_traceparent="
                + TRACEPARENT
                + ",traceparent="
                + TRACEPARENT
                + "|{\"appId\":\"123456781234567812345678\",\"roomId\":\"Room123\","
                + "\"eventTimeMillis\":1750000000123,\"evidence\":\"CLOUD\",\"userId\":\"alice\"}");
  }

  private static JsonNode readWithJavaScript(Topic topic) throws IOException, InterruptedException {
    String printed = NodeScript.run("read.mjs", kafka.bootstrapServers(), topic.topicName(), "1");
    return JSON.readTree(
        printed.lines().filter(line -> line.startsWith("{\"key\"")).findFirst().orElseThrow());
  }

  private static String kcat(String... arguments) throws IOException, InterruptedException {
    Needs.that(Needs.runs("kcat", "-V"), "kcat was not found on PATH: install the package kcat");
    Path output = data.resolve("kcat.txt");
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("kcat"), Arrays.stream(arguments)).toList())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kcat ends").isTrue();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private static void write(Envelope<?> envelope) throws Exception {
    try (KafkaProducer<String, Envelope<?>> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "partitioner.class",
                RoomPartitioner.class.getName()),
            new StringSerializer(),
            new EnvelopeSerializer())) {
      producer.send(EventCodec.toRecord(envelope)).get(20, TimeUnit.SECONDS);
    }
  }

  private static ConsumerRecord<byte[], byte[]> first(Topic topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.topicName()).stream()
              .map(info -> new TopicPartition(topic.topicName(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(20));
      return records.iterator().next();
    }
  }
}
