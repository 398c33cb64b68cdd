package dev.parley.consumers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kafka.EmbeddedKafka;
import dev.parley.testkit.Needs;
import dev.parley.testkit.NodeScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every consumer prints the same facts, passes over what it does not know, says what it refuses,
 * and goes on where it stopped.
 */
class ConsumersIT {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final String TOPIC = "rtc.room.events";
  private static final String KEY = "123456781234567812345678:demo-1";
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("demo-1");
  private static final UserId ANN = new UserId("ann");
  private static final long START = Instant.parse("2026-03-01T09:00:00Z").toEpochMilli();
  private static final int RECORDS = 9;
  private static final int DEEP = 50_000;
  private static final String MASKING_KEY =
      Base64.getEncoder().encodeToString("a key of the test, 32 bytes long".getBytes(US_ASCII));

  @TempDir Path data;
  private @Nullable EmbeddedKafka kafka;

  @BeforeEach
  void writeWhatAReaderMayMeet() throws Exception {
    kafka = EmbeddedKafka.start(data);
    Payload joined = new UserJoined(APP, ROOM, START, Evidence.CLOUD, ANN);
    write(joined);
    write(new CaptureStarted(APP, ROOM, START + 1_500, Evidence.CLIENT, ANN, MediaType.AUDIO));
    Headers unknownType = headersOf(joined);
    unknownType.remove("ce_type");
    unknownType.add("ce_type", utf8("dev.parley.room.hand-raised.v1"));
    write(utf8("{\"hand\":\"left\"}"), unknownType);
    write(utf8("{\"appId\":"), headersOf(joined));
    write(utf8("no event"), new RecordHeaders());
    write(utf8("[".repeat(DEEP)), headersOf(joined));
    write(utf8("[".repeat(DEEP) + "]".repeat(DEEP)), headersOf(joined));
    write(null, new RecordHeaders());
    write(new UserLeft(APP, ROOM, START + 60_000, Evidence.CLOUD, ANN, LeaveReason.QUIT));
  }

  @AfterEach
  void stop() {
    if (kafka != null) {
      kafka.close();
    }
  }

  @Test
  void java() throws Exception {
    printsTheFactsAndGoesOnWhereItStopped(java("java/RoomEvents.java"), "java");
  }

  @Test
  void replayCountsWithoutAGroup() throws Exception {
    // When
    Path output = data.resolve("replay.out");
    List<String> command = java("java/Replay.java");
    command.add(bootstrapServers());
    Process process =
        new ProcessBuilder(command)
            .directory(MODULE.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    // Then
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it ends by itself").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readAllLines(output))
        .containsExactly(
            "1 dev.parley.room.capture-started.v1",
            "1 dev.parley.room.user-joined.v1",
            "1 dev.parley.room.user-left.v1");
  }

  @Test
  void javascript() throws Exception {
    NodeScript.install(MODULE.resolve("javascript"), MODULE.resolve("target/javascript"));
    printsTheFactsAndGoesOnWhereItStopped(
        List.of("node", "target/javascript/room-events.js"), "javascript");
  }

  @Test
  void maskedTwin() throws Exception {
    // When
    List<String> command = java("java/MaskedTwin.java");
    command.add(TOPIC);
    List<String> printed = run(command, "masking", RECORDS);
    write(new UserJoined(APP, ROOM, START + 90_000, Evidence.CLIENT, ANN));
    printed.addAll(run(command, "masking", RECORDS + 1));

    // Then
    assertThat(printed).isEmpty();
    List<String> twin = values(TOPIC + ".masked", 5);
    assertThat(twin.get(2)).as("the tombstone").isNull();
    twin.remove(2);
    assertThat(twin).noneMatch(value -> value.contains("ann"));
    Set<String> users = new HashSet<>();
    for (String value : twin) {
      users.add(Json.mapper().readTree(value).path("userId").textValue());
    }
    assertThat(users).singleElement(STRING).matches("m-[0-9a-v]{26}");
    List<String> codes = new ArrayList<>();
    for (String value : values("rtc.bad-rows", 5)) {
      codes.add(Json.mapper().readTree(value).path("code").textValue());
    }
    assertThat(codes)
        .containsExactlyInAnyOrder(
            "unknown_type", "not_json", "header_missing", "does_not_fit_type", "does_not_fit_type");
  }

  /** The values on a topic, one room's, so in order; fails unless there are so many. */
  private List<String> values(String topic, int count) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers(), "isolation.level", "read_committed");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
      while (end.entrySet().stream()
          .anyMatch(each -> consumer.position(each.getKey()) < each.getValue())) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
      }
    }
    assertThat(values).hasSize(count);
    return values;
  }

  @Test
  void python() throws Exception {
    String python = pythonWithKafka();
    Needs.that(!python.isEmpty(), "no python3 has the package confluent-kafka");
    printsTheFactsAndGoesOnWhereItStopped(List.of(python, "python/room_events.py"), "python");
  }

  private void printsTheFactsAndGoesOnWhereItStopped(List<String> command, String group)
      throws Exception {
    // When
    List<String> lines = run(command, group, RECORDS);

    // Then
    assertThat(lines).hasSize(RECORDS);
    fact(lines.get(0), "2026-03-01T09:00:00", "user-joined.v1", "evidence", "CLOUD");
    fact(lines.get(1), "2026-03-01T09:00:01.5", "capture-started.v1", "mediaType", "AUDIO");
    assertThat(lines.get(2))
        .endsWith(":2 passed over: unknown type dev.parley.room.hand-raised.v1");
    assertThat(lines.get(3)).contains(":3 refused: ");
    assertThat(lines.get(4)).contains(":4 refused: ");
    assertThat(lines.get(5)).contains(":5 refused: ");
    assertThat(lines.get(6)).contains(":6 refused: ");
    assertThat(lines.get(7)).endsWith(":7 passed over: tombstone");
    fact(lines.get(8), "2026-03-01T09:01:00", "user-left.v1", "reason", "QUIT");

    // When
    write(new UserJoined(APP, ROOM, START + 90_000, Evidence.CLIENT, new UserId("bob")));
    List<String> more = run(command, group, RECORDS + 1);

    // Then
    assertThat(more).hasSize(1);
    fact(more.get(0), "2026-03-01T09:01:30", "user-joined.v1", "userId", "bob");
  }

  private static void fact(String line, String time, String type, String field, String value)
      throws IOException {
    String[] parts = line.split(" ", 4);
    assertThat(parts[0]).startsWith(time).endsWith("Z");
    assertThat(parts[1]).isEqualTo(KEY);
    assertThat(parts[2]).isEqualTo("dev.parley.room." + type);
    JsonNode json = Json.mapper().readTree(parts[3]);
    assertThat(json.get("roomId").textValue()).isEqualTo("demo-1");
    assertThat(json.get(field).textValue()).isEqualTo(value);
  }

  /** What a consumer prints until its group has committed so many records. */
  private List<String> run(List<String> command, String group, long committed) throws Exception {
    List<String> full = new ArrayList<>(command);
    full.add(bootstrapServers());
    full.add(group);
    Path output = Files.createTempFile(data, group, ".out");
    ProcessBuilder builder =
        new ProcessBuilder(full)
            .directory(MODULE.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("PARLEY_MASKING_KEY", MASKING_KEY);
    Process process = builder.start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> committed(admin, group) == committed || !process.isAlive());
      assertThat(process.isAlive()).as("the consumer is still running").isTrue();
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends when asked to").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output);
  }

  private static long committed(Admin admin, String group)
      throws InterruptedException, ExecutionException {
    return admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .filter(Objects::nonNull)
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private static List<String> java(String source) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            source));
  }

  private static String pythonWithKafka() throws Exception {
    for (String candidate : List.of("python3", "/usr/bin/python3")) {
      if (Needs.runs(candidate, "-c", "import confluent_kafka")) {
        return candidate;
      }
    }
    return "";
  }

  private void write(Payload data) throws Exception {
    Headers headers = new RecordHeaders();
    write(EventCodec.encode(told(data), headers), headers);
  }

  private static Headers headersOf(Payload data) {
    Headers headers = new RecordHeaders();
    EventCodec.encode(told(data), headers);
    return headers;
  }

  private static Envelope<?> told(Payload data) {
    return new Envelope<>(
        EventIds.derived(data.toString()),
        "/parley/room-gateway",
        Instant.ofEpochMilli(START),
        null,
        data);
  }

  // Compressed, as the services write.
  private void write(byte @Nullable [] value, Headers headers) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers(), "compression.type", "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, null, utf8(KEY), value, headers)).get();
    }
  }

  private String bootstrapServers() {
    return Objects.requireNonNull(kafka).bootstrapServers();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
