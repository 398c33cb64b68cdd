package dev.parley.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
  private static final int RECORDS = 7;

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
    need(runs("node", "--version") && runs("npm", "--version"), "Node.js with npm is not there");
    Path copy = Files.createDirectories(MODULE.resolve("target/javascript"));
    for (String file : List.of("package.json", "package-lock.json", ".npmrc", "room-events.js")) {
      Files.copy(
          MODULE.resolve("javascript").resolve(file),
          copy.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    need(
        Files.isDirectory(copy.resolve("node_modules"))
            || runs("npm", "--prefix", copy.toString(), "ci", "--no-audit", "--no-fund"),
        "npm ci failed: is there no network?");
    printsTheFactsAndGoesOnWhereItStopped(
        List.of("node", "target/javascript/room-events.js"), "javascript");
  }

  // Continuous integration has what it needs: there, nothing is skipped.
  private static void need(boolean there, String otherwise) {
    if (System.getenv("CI") == null) {
      assumeTrue(there, otherwise);
    } else {
      assertThat(there).as(otherwise).isTrue();
    }
  }

  @Test
  void python() throws Exception {
    String python = pythonWithKafka();
    assumeTrue(!python.isEmpty(), "no python3 has the package confluent-kafka");
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
    assertThat(lines.get(5)).endsWith(":5 passed over: tombstone");
    fact(lines.get(6), "2026-03-01T09:01:00", "user-left.v1", "reason", "QUIT");

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
    Process process =
        new ProcessBuilder(full)
            .directory(MODULE.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
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
      if (runs(candidate, "-c", "import confluent_kafka")) {
        return candidate;
      }
    }
    return "";
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
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
