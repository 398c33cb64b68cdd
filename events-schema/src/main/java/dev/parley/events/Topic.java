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
      Duration.ofDays(3),
      Keys.ROOM,
      "the reports of one client are in the order in which it made them",
      "room-gateway, role ingest",
      Guarantee.AT_LEAST_ONCE),
  ROOM_EVENTS(
      "rtc.room.events",
      "The room's facts, each once and in order: who joined, left, published, captured.",
      Cleanup.DELETE,
      Duration.ofDays(7),
      Keys.ROOM,
      "the facts of one room are in the order in which they count",
      "room-gateway, role reducer",
      Guarantee.EXACTLY_ONCE),
  ROOM_MESSAGES(
      "rtc.room.messages",
      "Each binary message of a room once, raw and decoded where it decodes.",
      Cleanup.DELETE,
      Duration.ofDays(3),
      Keys.ROOM,
      "the messages of one room are in the order in which they were first reported",
      "room-gateway, role reducer",
      Guarantee.EXACTLY_ONCE),
  ROOM_TRANSCRIPTS(
      "rtc.room.transcripts",
      "What users and agents said, partial and final.",
      Cleanup.DELETE,
      Duration.ofDays(7),
      Keys.ROOM,
      "the utterances of one room are in the order of their messages; sort by round and sequence",
      "room-gateway, role reducer",
      Guarantee.EXACTLY_ONCE),
  ROOM_TELEMETRY(
      "rtc.room.telemetry",
      "Network quality, audio levels and stream statistics as the SDK reports them, sampled.",
      Cleanup.DELETE,
      Duration.ofDays(1),
      Keys.ROOM,
      "the reports of one client are in the order in which it made them",
      "room-gateway, role ingest",
      Guarantee.AT_LEAST_ONCE),
  ROOMS(
      "rtc.rooms",
      "The current state of each room.",
      Cleanup.COMPACT,
      Duration.ofDays(7),
      Keys.ROOM,
      "a later record of a key replaces the earlier one",
      "room-gateway, role reducer",
      Guarantee.EXACTLY_ONCE),
  AGENT_COMMANDS(
      "rtc.agent.commands",
      "What callers ask of agents: start, steer, stop. Imperative; may be refused.",
      Cleanup.DELETE,
      Duration.ofDays(3),
      Keys.ROOM,
      "the commands of one room are in the order in which they were accepted",
      "agent-control-service, role api; its reaper",
      Guarantee.AT_LEAST_ONCE),
  AGENT_EVENTS(
      "rtc.agent.events",
      "What became of each agent task, and the stages of its conversation.",
      Cleanup.DELETE,
      Duration.ofDays(30),
      Keys.ROOM,
      "what one writer (ce_source) says about a room is in order; two writers share the topic: to see both on one line, merge by ce_time and keep the order of each",
      "agent-control-service, role worker (what became of a task); room-gateway, role reducer (the stages of its conversation)",
      Guarantee.AT_LEAST_ONCE),
  AGENT_TASKS(
      "rtc.agent.tasks",
      "The current state of each agent task.",
      Cleanup.COMPACT,
      Duration.ofDays(7),
      Keys.TASK,
      "a later record of a key replaces the earlier one",
      "agent-control-service, role worker",
      Guarantee.AT_LEAST_ONCE),
  AGENT_ROUNDS(
      "rtc.agent.rounds",
      "One record per conversation round, with its latencies.",
      Cleanup.DELETE,
      Duration.ofDays(30),
      Keys.ROOM,
      "the rounds of one room are in the order in which they ended",
      "room-gateway, role reducer",
      Guarantee.EXACTLY_ONCE),
  TOOL_CALLS(
      "rtc.tool.calls",
      "Functions that an agent asks to be called.",
      Cleanup.DELETE,
      Duration.ofDays(3),
      Keys.ROOM,
      "the calls of one room are in the order in which they were first reported",
      "room-gateway, role reducer",
      Guarantee.EXACTLY_ONCE),
  TOOL_RESULTS(
      "rtc.tool.results",
      "Answers of tool workers to function calls.",
      Cleanup.DELETE,
      Duration.ofDays(3),
      Keys.ROOM,
      "the results of one room are in the order in which they were written",
      "tool workers, in any language",
      Guarantee.AT_LEAST_ONCE),
  TOKEN_EVENTS(
      "rtc.token.events",
      "Access tokens and sessions issued and refused; never the token itself.",
      Cleanup.DELETE,
      Duration.ofDays(30),
      Keys.MAYBE_ROOM,
      "the events of one key are in the order in which they happened",
      "token-service",
      Guarantee.AT_LEAST_ONCE),
  BAD_ROWS(
      "rtc.bad-rows",
      "Whatever failed signature, frame or schema: raw bytes, reason, source.",
      Cleanup.DELETE,
      Duration.ofDays(14),
      Keys.MAYBE_ROOM,
      "none that means anything: sort by time",
      "every service that reads something",
      Guarantee.AT_LEAST_ONCE);

  /** What Kafka does with old records. */
  public enum Cleanup {
    /** Removed when older than the retention. */
    DELETE,
    /** Only the newest record of each key is kept. */
    COMPACT
  }

  /** How often a record may be read. */
  public enum Guarantee {
    /** A record may be there twice, under the same id; readers pass over an id that they know. */
    AT_LEAST_ONCE,
    /**
     * Written in a transaction: a reader with {@code isolation.level=read_committed} reads each
     * record once per pass. Where the operator chose at least once, as {@link #AT_LEAST_ONCE}.
     */
    EXACTLY_ONCE
  }

  /** Forms of keys. */
  private static final class Keys {
    static final String ROOM = "appId:roomId";
    static final String TASK = "appId:roomId:taskId, on the partition of appId:roomId";
    static final String MAYBE_ROOM = "appId:roomId, either part empty where it is not known";
  }

  /**
   * The same for every topic, so that one consumer instance owns a room across topics. Changing it
   * moves rooms between partitions: see docs/operations.md before you do.
   */
  public static final int PARTITIONS = 12;

  /** Largest record value that any topic takes, in bytes. */
  public static final int MAX_RECORD_BYTES = 256 * 1024;

  private final String topicName;
  private final String purpose;
  private final Cleanup cleanup;
  private final Duration retention;
  private final String key;
  private final String order;
  private final String writer;
  private final Guarantee guarantee;

  Topic(
      String topicName,
      String purpose,
      Cleanup cleanup,
      Duration retention,
      String key,
      String order,
      String writer,
      Guarantee guarantee) {
    this.topicName = topicName;
    this.purpose = purpose;
    this.cleanup = cleanup;
    this.retention = retention;
    this.key = key;
    this.order = order;
    this.writer = writer;
    this.guarantee = guarantee;
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

  /** The form of its keys. */
  public String key() {
    return key;
  }

  /** What is in order, for people; Kafka orders within a partition. */
  public String order() {
    return order;
  }

  /** Who writes it, for people. */
  public String writer() {
    return writer;
  }

  /** How often a record may be read. */
  public Guarantee guarantee() {
    return guarantee;
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
