package dev.parley.analytics.kafka;

import dev.parley.analytics.Facts;
import dev.parley.analytics.hour.RoomHour;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology in the test driver: a grace of 10 minutes, idle after 5. */
final class Job implements AutoCloseable {
  static final Duration GRACE = Duration.ofMinutes(10);
  static final Duration UPDATE_EVERY = Duration.ofSeconds(1);
  static final Duration IDLE_AFTER = Duration.ofMinutes(5);

  private final TopologyTestDriver driver;
  private final Map<Topic, TestInputTopic<byte[], byte[]>> inputs = new LinkedHashMap<>();
  private final TestOutputTopic<byte[], byte[]> results;
  private final TestOutputTopic<byte[], byte[]> deadLetters;

  Job(Path state, Instant wallClock) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStateMemory.class);
    driver =
        new TopologyTestDriver(
            RoomHourTopology.of(GRACE, UPDATE_EVERY, IDLE_AFTER), config, wallClock);
    for (Topic topic : RoomHourTopology.SOURCES) {
      inputs.put(
          topic,
          driver.createInputTopic(
              topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer()));
    }
    results =
        driver.createOutputTopic(
            "analytics.room-hours", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    deadLetters =
        driver.createOutputTopic(
            "analytics.room-hours.dead-letters",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Writes a fact as Parley does, at the moment at which it happened. */
  void write(Payload data) {
    write(Facts.told(data));
  }

  void write(List<Payload> all) {
    all.forEach(this::write);
  }

  void write(Envelope<?> envelope) {
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(envelope, headers);
    write(
        envelope.type().topic(),
        envelope.data().recordKey(),
        value,
        headers,
        envelope.data().eventTimeMillis());
  }

  void write(
      Topic topic, @Nullable String key, byte @Nullable [] value, Headers headers, long atMillis) {
    TestInputTopic<byte[], byte[]> input = inputs.get(topic);
    if (input == null) {
      throw new IllegalArgumentException("the job does not read " + topic);
    }
    input.pipeInput(
        new TestRecord<>(
            key == null ? null : key.getBytes(StandardCharsets.UTF_8),
            value,
            headers,
            Instant.ofEpochMilli(atMillis)));
  }

  /** Lets the wall clock go on by as much as makes the job tell its news. */
  void tick() {
    driver.advanceWallClockTime(UPDATE_EVERY);
  }

  void wallClock(Duration passed) {
    driver.advanceWallClockTime(passed);
  }

  /** The result records since the last call. */
  List<TestRecord<byte[], byte[]>> resultRecords() {
    return results.readRecordsToList();
  }

  /** The results since the last call. */
  List<RoomHour> results() {
    return resultRecords().stream().map(Job::result).toList();
  }

  /** The dead letters since the last call. */
  List<TestRecord<byte[], byte[]>> deadLetters() {
    return deadLetters.readRecordsToList();
  }

  static RoomHour result(TestRecord<byte[], byte[]> record) {
    try {
      return Json.mapper().readValue(record.value(), RoomHour.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, String> headers(TestRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  @Override
  public void close() {
    driver.close();
  }
}
