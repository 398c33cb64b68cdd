package dev.parley.simulator.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Settings of the simulator. All of it is for local use: nothing here opens anything real. */
@ConfigMapping(prefix = "parley.simulator")
public interface SimulatorConfig {

  /** The RTC apps of the simulated account, by a name of your choice. */
  Map<String, AppConfig> apps();

  /** The access keys of the simulated account, by a name of your choice. */
  Map<String, CredentialsConfig> credentials();

  /** Regions that a credential scope may name. */
  @WithDefault("cn-north-1,ap-singapore-1")
  Set<String> regions();

  /** How far X-Date may be from the simulator's clock. */
  @WithDefault("15m")
  Duration maxClockSkew();

  /** The OpenAPI. */
  @WithName("open-api")
  OpenApiConfig openApi();

  /** How long things take agents and users. */
  TimingConfig timing();

  /** Rooms and client connections. */
  RtcConfig rtc();

  /** Webhooks, message callbacks and function calls. */
  CallbackConfig callbacks();

  /** Faults that may be in force at the same time. */
  @WithDefault("200")
  int maxFaults();

  /** One app. */
  interface AppConfig {

    /** AppId, 24 characters in the real cloud. */
    String appId();

    /** AppKey, which signs access tokens. */
    String appKey();

    /** Where event callbacks go; none are sent without it. */
    Optional<URI> webhookUrl();

    /** Secret that signs event callbacks. */
    @WithDefault("")
    String webhookSecret();

    /** API versions that the app may use. */
    @WithDefault("2024-12-01,2025-06-01")
    Set<String> versions();
  }

  /** One access key. */
  interface CredentialsConfig {

    /** Access key id. */
    String accessKeyId();

    /** Secret key. */
    String secretKey();

    /** Security token of temporary credentials; then every request must carry it. */
    Optional<String> securityToken();
  }

  /** The OpenAPI. */
  interface OpenApiConfig {

    /** How long an operation keeps its task busy; a second one meanwhile is refused. */
    @WithDefault("20ms")
    Duration operationTime();

    /** Calls per second, action and account. */
    @WithDefault("60")
    int callsPerSecond();

    /** Whether refusals come with HTTP status 200, as the cloud's sometimes do. */
    @WithDefault("false")
    boolean errorsWithStatus200();

    /** Active tasks at most. */
    @WithDefault("2000")
    int maxTasks();

    /** Ended tasks that are remembered. */
    @WithDefault("2000")
    int keptTasks();

    /** Requests that are remembered. */
    @WithDefault("10000")
    int keptCalls();
  }

  /** How long things take. */
  interface TimingConfig {

    /** From an accepted start until the agent is in the room. */
    @WithDefault("300ms")
    Duration join();

    /** A user's speech, per character. */
    @WithDefault("60ms")
    Duration userCharacter();

    /** An agent's speech, per character. */
    @WithDefault("60ms")
    Duration agentCharacter();

    /** Replaces a longer VADConfig.SilenceTime (whose default is 600 ms). */
    @WithDefault("3s")
    Duration maxSilence();

    /** From the recognised question to the first token. */
    @WithDefault("400ms")
    Duration llm();

    /** From the first token to the first sound. */
    @WithDefault("200ms")
    Duration tts();

    /** How long an agent waits for results of function calls. */
    @WithDefault("10s")
    Duration tool();
  }

  /** Rooms and client connections. */
  interface RtcConfig {

    /** How long a connection may wait with its join. */
    @WithDefault("10s")
    Duration joinTimeout();

    /** Rooms at most. */
    @WithDefault("2000")
    int maxRooms();

    /** Users per room at most. */
    @WithDefault("50")
    int maxUsersPerRoom();

    /** Open connections at most, joined or not. */
    @WithDefault("5000")
    int maxConnections();

    /** Events that may wait for a slow client before it is disconnected. */
    @WithDefault("1000")
    int maxUnsent();
  }

  /** Callbacks. */
  interface CallbackConfig {

    /** How long a callback may go unanswered. */
    @WithDefault("5s")
    Duration timeout();

    /** Between two attempts of a webhook. */
    @WithDefault("1s")
    Duration retryDelay();

    /** Callbacks that may wait. */
    @WithDefault("20000")
    int maxPending();

    /** Deliveries that are remembered. */
    @WithDefault("5000")
    int kept();
  }
}
