package dev.parley.room.config;

import dev.parley.kit.secret.Secret;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Settings of room-gateway. */
@ConfigMapping(prefix = "parley.room")
public interface RoomConfig {

  /** Which parts of the gateway this process runs. */
  Roles roles();

  /** The RTC applications, by a name that stands in callback paths. */
  Map<String, App> apps();

  /** The relay socket and the event batches of clients. */
  Relay relay();

  /** The callbacks of the cloud. */
  Callbacks callbacks();

  /** The reducer: observations to facts. */
  Reducer reducer();

  /** Reads: live rooms and timelines. */
  Push push();

  /** Telling kept events and bad rows again. */
  Replays replays();

  /** Parts of the gateway. */
  interface Roles {
    /** Takes in relays, batches and callbacks. */
    @WithDefault("true")
    boolean ingest();

    /** Turns observations into facts. */
    @WithDefault("true")
    boolean reducer();

    /** Answers reads and streams. */
    @WithDefault("true")
    boolean push();
  }

  /** One RTC application. */
  interface App {
    /** The AppId of the RTC console. */
    String appId();

    /** The secret key of the console's event callbacks; without it webhooks are refused. */
    Optional<Secret> webhookSecret();

    /** The secret key before, while rotating. */
    Optional<Secret> previousWebhookSecret();

    /** Key of the secret path segment in callback addresses; the same as agent-control's. */
    Optional<Secret> callbackPathKey();

    /** The key before, while agents run that were started with it. */
    Optional<Secret> previousCallbackPathKey();

    /** The text that message callbacks carry as signature; the same as agent-control's. */
    Optional<Secret> messageSignature();

    /** The text before, while agents run that were started with it. */
    Optional<Secret> previousMessageSignature();

    /** The text that function callbacks carry as signature; message-signature when not set. */
    Optional<Secret> functionSignature();

    /** The text before, while agents run that were started with it. */
    Optional<Secret> previousFunctionSignature();
  }

  /** The relay socket. */
  interface Relay {
    /** How long a client may take to say hello. */
    @WithDefault("10s")
    Duration helloTimeout();

    /** How often the server pings. */
    @WithDefault("15s")
    Duration heartbeat();

    /** A connection without any sign for so long is closed. */
    @WithDefault("45s")
    Duration idleTimeout();

    /**
     * Reports of one connection that Kafka has not acknowledged; beyond, it is not read. At most
     * 512.
     */
    @WithDefault("256")
    int maxUnacknowledged();

    /** Relay connections of this process; more are told to come again later. */
    @WithDefault("20000")
    int maxConnections();

    /** Largest SDK event, its arguments as JSON, in bytes. */
    @WithDefault("32768")
    int maxEventBytes();

    /**
     * Reports that happened longer ago than this are kept as bad rows and reduced no more; at most
     * reducer.exact-window.
     */
    @WithDefault("6h")
    Duration maxEventAge();

    /** Wait before reports that Kafka did not take are handed over again. */
    @WithDefault("1s")
    Duration retryDelay();

    /**
     * How often an open connection is told of again, so that the reducer knows it lives; at most a
     * third of reducer.relay-lease.
     */
    @WithDefault("60s")
    Duration renewInterval();

    /**
     * How long a process that stops waits for Kafka to acknowledge what its relays have read,
     * before it closes them.
     */
    @WithDefault("3s")
    Duration drainTimeout();

    /** How long before its session ends a client is told to renew it. */
    @WithDefault("60s")
    Duration expiryNotice();

    /** Of a client's telemetry of one name about one user and stream, one is kept per this time. */
    @WithDefault("10s")
    Duration telemetryInterval();

    /** Of how much telemetry in batches this process remembers when one was kept last. */
    @WithDefault("20000")
    int rememberedTelemetry();

    /** Most events in one HTTP batch; at most 512. */
    @WithDefault("500")
    int maxBatchEvents();

    /** Clients whose last acknowledged sequence this process remembers. */
    @WithDefault("50000")
    int rememberedClients();
  }

  /** Callbacks of the cloud. */
  interface Callbacks {
    /** A callback that Kafka has not acknowledged by then gets 503: the cloud waits for 5 s. */
    @WithDefault("4s")
    Duration answerWithin();

    /** Largest callback body, in bytes. */
    @WithDefault("262144")
    int maxBodyBytes();

    /** Callbacks of an application that are not genuine and kept as bad rows, per second. */
    @WithDefault("20")
    int maxRefusedRowsPerSecond();

    /** How far the EventTime of a webhook may be from now. */
    @WithDefault("1h")
    Duration replayWindow();
  }

  /** The reducer. */
  interface Reducer {
    /** Kafka Streams application id; also names the state topics. */
    @WithDefault("parley-room-reducer")
    String applicationId();

    /** Folder of the local copy of the state; rebuilt from Kafka when lost. */
    @WithDefault("data/room-gateway/streams")
    Path stateDirectory();

    /**
     * How facts are written: exactly once in a transaction; or without one, when a crash may double
     * facts or lose them.
     */
    @WithDefault("exactly-once-v2")
    Guarantee guarantee();

    /** How often results are committed; facts are readable after that. */
    @WithDefault("100ms")
    Duration commitInterval();

    /** Threads; partitions are shared among the threads of all processes. */
    @WithDefault("1")
    int threads();

    /** Copies of the state topics; -1 for the broker's default. */
    @WithDefault("-1")
    int replicationFactor();

    /** Without a sign of a process for this long its partitions go to another one. */
    @WithDefault("10s")
    Duration sessionTimeout();

    /** Memory for the state's local copy, in MiB. */
    @WithDefault("64")
    int stateMemoryMib();

    /** How far apart two sources' clocks may stand for one and the same change. */
    @WithDefault("5s")
    Duration clockTolerance();

    /** How long a broken relay may stay away before its user counts as gone. */
    @WithDefault("30s")
    Duration reconnectGrace();

    /** How long the cloud's word holds after the user's own relay has broken off. */
    @WithDefault("5m")
    Duration cloudGrace();

    /** How long an open relay counts without a sign of it; the same for all processes. */
    @WithDefault("3m")
    Duration relayLease();

    /** How far apart reports of one message may be. */
    @WithDefault("1m")
    Duration repeatWindow();

    /** The same for messages that carry the cloud's own time; not less than relay.max-event-age. */
    @WithDefault("6h")
    Duration exactWindow();

    /** How long a finished round waits for moments that were overtaken. */
    @WithDefault("3s")
    Duration roundSettle();

    /** A room without any report for so long is over. */
    @WithDefault("24h")
    Duration maxSilence();

    /**
     * Without a record for so long, a partition is taken as caught up, and its clock as now; at
     * most a quarter of relay-lease.
     */
    @WithDefault("5s")
    Duration idleAfter();

    /** How results are written. */
    enum Guarantee {
      EXACTLY_ONCE_V2,
      AT_LEAST_ONCE
    }
  }

  /** Reads. */
  interface Push {
    /**
     * Encrypts the positions that listeners and timelines are given; the same for all replicas.
     * Without, the keys of callback paths are used.
     */
    Optional<Secret> positionKey();

    /** Longest time that a timeline request reads. */
    @WithDefault("10s")
    Duration timelineTimeout();

    /**
     * How much later than reports and graces allow something may be written, and still stand on the
     * timeline of a time that is over: for outages, and clocks of other processes.
     */
    @WithDefault("1h")
    Duration timelineSlack();

    /** Most entries of a timeline page. */
    @WithDefault("1000")
    int maxPage();

    /** Streams of this process; who comes then is told to come again later. */
    @WithDefault("20000")
    int maxListeners();

    /** Events that wait for one listener; the rest waits in memory or Kafka until it has room. */
    @WithDefault("256")
    int maxPendingEvents();

    /** How long a listener may leave unread what is sent to it; after that it is let go. */
    @WithDefault("10s")
    Duration slowAfter();

    /** How often a listener hears that the stream is alive. */
    @WithDefault("15s")
    Duration streamHeartbeat();

    /** Memory for the newest events, from which listeners resume without Kafka, in MiB. */
    @WithDefault("32")
    int recentMib();

    /** How far back those are read when the process starts. */
    @WithDefault("60s")
    Duration recentWindow();

    /** Most events that a listener gets from Kafka when it resumes; the rest is a gap. */
    @WithDefault("5000")
    int maxMissedEvents();

    /** Listeners for whom Kafka is read at a time. */
    @WithDefault("4")
    int maxResumeReads();

    /** How many of those may belong to one session. */
    @WithDefault("1")
    int maxResumeReadsOfSession();

    /** Timelines that are read at a time; more are told to come again. */
    @WithDefault("8")
    int maxTimelineReads();

    /** How many of those one session may ask for. */
    @WithDefault("2")
    int maxTimelineReadsOfSession();

    /** How long a listener over a WebSocket may take to say hello. */
    @WithDefault("10s")
    Duration helloTimeout();

    /** How long before its session ends a listener over a WebSocket is told to renew it. */
    @WithDefault("60s")
    Duration expiryNotice();
  }

  /** Replays. */
  interface Replays {
    /** What the names of target topics begin with; nothing else is ever written to. */
    @WithDefault("parley.replay.")
    String targetPrefix();

    /** The compacted topic that holds orders and progress; created when it is missing. */
    @WithDefault("parley-room-replays")
    String journal();

    /** Copies of the topics that replays create; -1 for the broker's default. */
    @WithDefault("-1")
    int replicationFactor();

    /** How long a target topic that was created keeps its records. */
    @WithDefault("24h")
    Duration targetRetention();

    /** Longest time that one replay covers. */
    @WithDefault("31d")
    Duration maxSpan();

    /** Most records that one replay tells again; it fails beyond. */
    @WithDefault("5000000")
    long maxRecords();

    /** Most records per second and replay. */
    @WithDefault("10000")
    int recordsPerSecond();

    /** Replays that run in this process at a time; more wait. */
    @WithDefault("2")
    int maxRunning();

    /** How long a replay that has ended is remembered. */
    @WithDefault("30d")
    Duration remember();

    /** Most replays of a page. */
    @WithDefault("1000")
    int maxPage();

    /** Replays of an application that may wait and run; who orders more is told to wait. */
    @WithDefault("20")
    int maxOpen();
  }
}
