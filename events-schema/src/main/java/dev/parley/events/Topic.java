package dev.parley.events;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every topic of Parley, written once. Whoever starts Kafka (the local stack, tests, the
 * deployment) creates them from here, so that a name or a retention is never copied.
 */
public enum Topic {
  ROOM_OBSERVATIONS(
      "rtc.room.observations",
      "What one client, one webhook or one message callback reported, as received.",
      Cleanup.DELETE,
      Duration.ofDays(3)),
  ROOM_EVENTS(
      "rtc.room.events",
      "The room's facts, each once and in order: who joined, left, published, captured.",
      Cleanup.DELETE,
      Duration.ofDays(7)),
  ROOM_MESSAGES(
      "rtc.room.messages",
      "Each binary message of a room once, raw and decoded where it decodes.",
      Cleanup.DELETE,
      Duration.ofDays(3)),
  ROOM_TRANSCRIPTS(
      "rtc.room.transcripts",
      "What users and agents said, partial and final.",
      Cleanup.DELETE,
      Duration.ofDays(7)),
  ROOM_TELEMETRY(
      "rtc.room.telemetry",
      "Network quality, audio levels and stream statistics as the SDK reports them, sampled.",
      Cleanup.DELETE,
      Duration.ofDays(1)),
  ROOMS("rtc.rooms", "The current state of each room.", Cleanup.COMPACT, Duration.ofDays(7)),
  AGENT_COMMANDS(
      "rtc.agent.commands",
      "What callers ask of agents: start, steer, stop. Imperative; may be refused.",
      Cleanup.DELETE,
      Duration.ofDays(3)),
  AGENT_EVENTS(
      "rtc.agent.events",
      "What became of each agent task, and the stages of its conversation.",
      Cleanup.DELETE,
      Duration.ofDays(30)),
  AGENT_TASKS(
      "rtc.agent.tasks",
      "The current state of each agent task.",
      Cleanup.COMPACT,
      Duration.ofDays(7)),
  AGENT_ROUNDS(
      "rtc.agent.rounds",
      "One record per conversation round, with its latencies.",
      Cleanup.DELETE,
      Duration.ofDays(30)),
  TOOL_CALLS(
      "rtc.tool.calls",
      "Functions that an agent asks to be called.",
      Cleanup.DELETE,
      Duration.ofDays(3)),
  TOOL_RESULTS(
      "rtc.tool.results",
      "Answers of tool workers to function calls.",
      Cleanup.DELETE,
      Duration.ofDays(3)),
  TOKEN_EVENTS(
      "rtc.token.events",
      "Access tokens issued and refused; never the token itself.",
      Cleanup.DELETE,
      Duration.ofDays(30)),
  BAD_ROWS(
      "rtc.bad-rows",
      "Whatever failed signature, frame or schema: raw bytes, reason, source.",
      Cleanup.DELETE,
      Duration.ofDays(14));

  /** What Kafka does with old records. */
  public enum Cleanup {
    /** Removed when older than the retention. */
    DELETE,
    /** Only the newest record of each key is kept. */
    COMPACT
  }

  /**
   * The same for every topic, so that one consumer instance owns a room across topics. Changing it
   * moves rooms between partitions: see the operations guide before you do.
   */
  public static final int PARTITIONS = 12;

  /** Largest record value that any topic takes, in bytes. */
  public static final int MAX_RECORD_BYTES = 256 * 1024;

  private final String topicName;
  private final String purpose;
  private final Cleanup cleanup;
  private final Duration retention;

  Topic(String topicName, String purpose, Cleanup cleanup, Duration retention) {
    this.topicName = topicName;
    this.purpose = purpose;
    this.cleanup = cleanup;
    this.retention = retention;
  }

  /** The name on the broker. */
  public String topicName() {
    return topicName;
  }

  /** One sentence for people. */
  public String purpose() {
    return purpose;
  }

  /** What Kafka does with old records. */
  public Cleanup cleanup() {
    return cleanup;
  }

  /** How long a record is readable; for compacted topics, how long a tombstone is. */
  public Duration retention() {
    return retention;
  }

  /**
   * The broker-side configuration of the topic.
   *
   * @param replicas brokers that keep a copy, 1 or more; from 3 on, two must have a record before
   *     it is acknowledged
   */
  public Map<String, String> config(int replicas) {
    Map<String, String> config = new LinkedHashMap<>();
    switch (cleanup) {
      case DELETE -> {
        config.put("cleanup.policy", "delete");
        config.put("retention.ms", Long.toString(retention.toMillis()));
      }
      case COMPACT -> {
        config.put("cleanup.policy", "compact");
        config.put("delete.retention.ms", Long.toString(retention.toMillis()));
      }
    }
    // Room for keys and headers beside the value.
    config.put("max.message.bytes", Integer.toString(MAX_RECORD_BYTES + 16 * 1024));
    config.put("min.insync.replicas", replicas >= 3 ? "2" : "1");
    return config;
  }

  /** The topic with that name on the broker. */
  public static Optional<Topic> named(String topicName) {
    return Arrays.stream(values()).filter(topic -> topic.topicName.equals(topicName)).findFirst();
  }
}
