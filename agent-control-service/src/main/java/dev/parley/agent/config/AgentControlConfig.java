package dev.parley.agent.config;

import dev.parley.events.id.AppId;
import dev.parley.kit.secret.Secret;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Settings of agent-control-service. */
@ConfigMapping(prefix = "parley.agent")
public interface AgentControlConfig {

  /** What this instance does. */
  enum RoleName {
    /** Answers REST calls. */
    API,
    /** Carries out commands. */
    WORKER
  }

  /** What this instance does: {@code api}, {@code worker} or both. */
  @WithDefault("api,worker")
  Set<RoleName> roles();

  /** The applications, by the name that callback addresses use. */
  Map<String, App> apps();

  /** The gateway as the cloud reaches it; without it agents start without callbacks. */
  Optional<URI> gatewayUrl();

  /** Secrets that scenes refer to as {@code ${secret:NAME}}, by name. */
  Map<String, Secret> secrets();

  /** A folder with one file per secret, named as the secret; looked into after {@link #secrets}. */
  Optional<Path> secretDirectory();

  /** Where scenes come from. */
  Scenes scenes();

  /** How the OpenAPI is called. */
  Cloud cloud();

  /** How long tasks may stay in their states. */
  Tasks tasks();

  /** When agents are stopped although nobody asked. */
  Reaping reaper();

  /** How commands are worked off. */
  Worker worker();

  /** How REST calls are answered. */
  Api api();

  /** What is known about what agents used. */
  Usage usage();

  /** One application of the account. */
  interface App {
    /** The AppId. */
    AppId appId();

    /** The OpenAPI's Version that the AppId belongs to: 2024-12-01 or 2025-06-01. */
    @WithDefault("2024-12-01")
    String version();

    /** Where the OpenAPI is. */
    @WithDefault("https://rtc.volcengineapi.com")
    URI baseUrl();

    /** The region that requests are signed for. */
    @WithDefault("cn-north-1")
    String region();

    /** Applications of one account share its quota: a name that is the same for all of them. */
    @WithDefault("default")
    String account();

    /** The access key id. */
    Optional<String> accessKeyId();

    /** The secret access key. */
    Optional<Secret> secretAccessKey();

    /** The security token of temporary credentials. */
    Optional<Secret> securityToken();

    /**
     * A JSON file with {@code accessKeyId}, {@code secretAccessKey} and {@code securityToken}
     * instead of the three keys; read again when it changes.
     */
    Optional<Path> credentialsFile();

    /**
     * How long the application's agents may be in rooms from midnight to midnight, all together;
     * after that nothing is started until the next midnight. Without it there is no bound.
     */
    Optional<Duration> dailyBudget();

    /** Signs callback addresses; the gateway has the same. */
    Optional<Secret> callbackKey();

    /** The shared text that the cloud echoes in message callbacks; the gateway has the same. */
    Optional<Secret> messageSignature();
  }

  /** Where scenes come from. */
  interface Scenes {
    /** A folder with scene files; they win over the built-in scene of the same name. */
    Optional<Path> directory();

    /** How often the folder is looked at for changes. */
    @WithDefault("5s")
    Duration reload();
  }

  /** How the OpenAPI is called. */
  interface Cloud {
    /** Longest wait for a connection. */
    @WithDefault("3s")
    Duration connectTimeout();

    /** Longest wait for an answer. */
    @WithDefault("8s")
    Duration responseTimeout();

    /** Connections to one host at the same time. */
    @WithDefault("600")
    int maxConnections();

    /** Calls per second and action that the account may make; all workers share them. */
    @WithDefault("60")
    int quotaPerSecond();

    /** Attempts for one command, the first included. */
    @WithDefault("5")
    int maxAttempts();

    /** Wait after the first failed attempt; doubles from there. */
    @WithDefault("250ms")
    Duration backoff();

    /** Longest wait between attempts. */
    @WithDefault("4s")
    Duration maxBackoff();

    /** Failures in a row after which an application's calls pause. */
    @WithDefault("20")
    int failuresToPause();

    /** How long they pause before one call tries again. */
    @WithDefault("2s")
    Duration pause();
  }

  /** How long tasks may stay in their states. */
  interface Tasks {
    /** From the cloud's acceptance to the first evidence that the agent is in the room. */
    @WithDefault("15s")
    Duration joinDeadline();

    /** From a request to the cloud's answer, for a start that was lost on the way. */
    @WithDefault("5m")
    Duration startPatience();

    /**
     * From the decision to stop until callers are told that the cloud has not confirmed; it is
     * asked on after that.
     */
    @WithDefault("15m")
    Duration stopPatience();

    /** Wait before an unconfirmed stop is repeated; doubles from there. */
    @WithDefault("1s")
    Duration stopRetry();

    /** Longest wait between repeated stops; ten times that once callers were told. */
    @WithDefault("30s")
    Duration maxStopRetry();

    /** How far the clocks of the cloud and of Parley may differ. */
    @WithDefault("5s")
    Duration clockTolerance();

    /** After this a command is refused and not run late; a stop never is. */
    @WithDefault("30s")
    Duration commandTtl();

    /** How long an ended task is remembered, so that a repeated start does not make a new agent. */
    @WithDefault("24h")
    Duration memory();

    /**
     * How many ended tasks all workers together remember. Each partition has its share; beyond it
     * those that ended first are forgotten before their time, but not within twice the command's
     * TTL.
     */
    @WithDefault("100000")
    int maxEnded();
  }

  /** When agents are stopped although nobody asked. */
  interface Reaping {
    /** How long a target user may be gone, and a room closed. */
    @WithDefault("10s")
    Duration targetLeftGrace();

    /**
     * How long an agent may run in a room that its target user never came to; applies where the
     * gateway tells who is in the room.
     */
    @WithDefault("60s")
    Duration targetJoinGrace();

    /** How long an agent may run. */
    @WithDefault("4h")
    Duration maxDuration();

    /** How long nothing may be heard of a running agent. */
    @WithDefault("30m")
    Duration silence();

    /** The cloud's own idle timeout, against which saved seconds are counted. */
    @WithDefault("180s")
    Duration cloudIdleTimeout();
  }

  /** How commands are worked off. */
  interface Worker {
    /** The consumer group of all workers. */
    @WithDefault("parley-agent-control")
    String group();

    /**
     * Records of one partition that wait or are worked on; beyond that no commands of it are read,
     * and beyond four times that nothing of it.
     */
    @WithDefault("1000")
    int queuePerPartition();

    /** How often timers are looked at. */
    @WithDefault("200ms")
    Duration tick();

    /** How often progress is committed. */
    @WithDefault("200ms")
    Duration commitInterval();

    /** How long a worker that must give a partition away waits for calls under way. */
    @WithDefault("20s")
    Duration drain();

    /** Without a sign of the worker for this long its partitions go to another one. */
    @WithDefault("10s")
    Duration sessionTimeout();
  }

  /** How REST calls are answered. */
  interface Api {
    /** Longest wait that {@code Prefer: wait=} gets. */
    @WithDefault("30s")
    Duration maxWait();

    /** Tasks that reads are answered from; beyond that, those that ended first are forgotten. */
    @WithDefault("100000")
    int maxTasks();

    /** Events kept per task for {@code GET /v1/agents/{taskId}/events}. */
    @WithDefault("256")
    int eventsPerTask();

    /** How far back that stream looks when the service starts. */
    @WithDefault("1h")
    Duration eventHistory();
  }

  /** What is known about what agents used. */
  interface Usage {
    /** Whose midnight divides days and resets budgets. */
    @WithDefault("UTC")
    ZoneId timeZone();

    /** How far back it is known; the events that it is made from are kept for 30 days. */
    @WithDefault("30d")
    Duration history();

    /** Ended tasks that are told apart; what ended before them is known by quarters of an hour. */
    @WithDefault("100000")
    int maxTasks();
  }
}
