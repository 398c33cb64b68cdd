package dev.parley.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.kafka.LogCapture;
import dev.parley.agent.signing.Credentials;
import dev.parley.events.id.AppId;
import dev.parley.kit.config.SettingsException;
import dev.parley.kit.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentControlConfigTest {

  @Test
  void hasDefaultsForEverythingButApplications() {
    // When
    AgentControlConfig config = TestConfig.of(Map.of());

    // Then
    assertThat(config.roles()).containsExactlyInAnyOrder(RoleName.API, RoleName.WORKER);
    assertThat(config.apps()).isEmpty();
    assertThat(config.gatewayUrl()).isEmpty();
    assertThat(config.secrets()).isEmpty();
    assertThat(config.secretDirectory()).isEmpty();
    assertThat(config.scenes().directory()).isEmpty();
    assertThat(config.scenes().reload()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.cloud().connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.cloud().responseTimeout()).isEqualTo(Duration.ofSeconds(8));
    assertThat(config.cloud().maxConnections()).isEqualTo(600);
    assertThat(config.cloud().quotaPerSecond()).isEqualTo(60);
    assertThat(config.cloud().maxAttempts()).isEqualTo(5);
    assertThat(config.cloud().backoff()).isEqualTo(Duration.ofMillis(250));
    assertThat(config.cloud().maxBackoff()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.cloud().failuresToPause()).isEqualTo(20);
    assertThat(config.cloud().pause()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.tasks().joinDeadline()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.tasks().startPatience()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.tasks().stopPatience()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.tasks().stopRetry()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.tasks().maxStopRetry()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.tasks().clockTolerance()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.tasks().commandTtl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.tasks().memory()).isEqualTo(Duration.ofHours(24));
    assertThat(config.reaper().targetLeftGrace()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.reaper().targetJoinGrace()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.reaper().maxDuration()).isEqualTo(Duration.ofHours(4));
    assertThat(config.reaper().silence()).isEqualTo(Duration.ofMinutes(30));
    assertThat(config.reaper().cloudIdleTimeout()).isEqualTo(Duration.ofMinutes(3));
    assertThat(config.worker().group()).isEqualTo("parley-agent-control");
    assertThat(config.worker().queuePerPartition()).isEqualTo(1000);
    assertThat(config.worker().tick()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.worker().commitInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.worker().drain()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.worker().sessionTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.api().maxWait()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.api().maxTasks()).isEqualTo(100_000);
    assertThat(config.api().eventsPerTask()).isEqualTo(256);
    assertThat(config.api().eventHistory()).isEqualTo(Duration.ofHours(1));
    assertThat(config.usage().timeZone()).isEqualTo(ZoneId.of("UTC"));
    assertThat(config.usage().history()).isEqualTo(Duration.ofDays(30));
    assertThat(config.usage().maxTasks()).isEqualTo(100_000);
  }

  @Test
  void readsEveryKey() {
    // Given
    Map<String, String> set = new HashMap<>(TestConfig.oneApp());
    String app = "parley.agent.apps.default.";
    set.put("parley.agent.roles", "worker");
    set.put(app + "version", "2025-06-01");
    set.put(app + "base-url", "https://open.byteplusapi.com");
    set.put(app + "region", "ap-singapore-1");
    set.put(app + "account", "second");
    set.put(app + "security-token", "sts");
    set.put(app + "credentials-file", "credentials.json");
    set.put("parley.agent.secrets.ark", "sk-1");
    set.put("parley.agent.secret-directory", "secrets");
    set.put("parley.agent.scenes.directory", "scenes");
    set.put("parley.agent.scenes.reload", "1s");
    set.put("parley.agent.cloud.connect-timeout", "1s");
    set.put("parley.agent.cloud.response-timeout", "2s");
    set.put("parley.agent.cloud.max-connections", "3");
    set.put("parley.agent.cloud.quota-per-second", "4");
    set.put("parley.agent.cloud.max-attempts", "5");
    set.put("parley.agent.cloud.backoff", "6ms");
    set.put("parley.agent.cloud.max-backoff", "7s");
    set.put("parley.agent.cloud.failures-to-pause", "8");
    set.put("parley.agent.cloud.pause", "9s");
    set.put("parley.agent.tasks.join-deadline", "10s");
    set.put("parley.agent.tasks.start-patience", "11s");
    set.put("parley.agent.tasks.stop-patience", "12s");
    set.put("parley.agent.tasks.stop-retry", "13s");
    set.put("parley.agent.tasks.max-stop-retry", "14s");
    set.put("parley.agent.tasks.clock-tolerance", "15s");
    set.put("parley.agent.tasks.command-ttl", "16s");
    set.put("parley.agent.tasks.memory", "17s");
    set.put("parley.agent.reaper.target-left-grace", "18s");
    set.put("parley.agent.reaper.target-join-grace", "34s");
    set.put("parley.agent.reaper.max-duration", "19s");
    set.put("parley.agent.reaper.silence", "20s");
    set.put("parley.agent.reaper.cloud-idle-timeout", "21s");
    set.put("parley.agent.worker.group", "g");
    set.put("parley.agent.worker.queue-per-partition", "22");
    set.put("parley.agent.worker.tick", "23ms");
    set.put("parley.agent.worker.commit-interval", "24ms");
    set.put("parley.agent.worker.drain", "25s");
    set.put("parley.agent.worker.session-timeout", "26s");
    set.put("parley.agent.api.max-wait", "27s");
    set.put("parley.agent.api.max-tasks", "28");
    set.put("parley.agent.api.events-per-task", "29");
    set.put("parley.agent.api.event-history", "30s");
    set.put(app + "daily-budget", "31h");
    set.put("parley.agent.usage.time-zone", "Asia/Shanghai");
    set.put("parley.agent.usage.history", "32h");
    set.put("parley.agent.usage.max-tasks", "33");

    // When
    AgentControlConfig config = TestConfig.of(set);

    // Then
    AgentControlConfig.App read = Objects.requireNonNull(config.apps().get("default"));
    assertThat(read.appId()).isEqualTo(new AppId("123456781234567812345678"));
    assertThat(read.version()).isEqualTo("2025-06-01");
    assertThat(read.baseUrl()).isEqualTo(URI.create("https://open.byteplusapi.com"));
    assertThat(read.region()).isEqualTo("ap-singapore-1");
    assertThat(read.account()).isEqualTo("second");
    assertThat(read.accessKeyId()).contains("AKLTtest");
    assertThat(read.secretAccessKey()).contains(Secret.of("topsecretkey"));
    assertThat(read.securityToken()).contains(Secret.of("sts"));
    assertThat(read.credentialsFile()).contains(Path.of("credentials.json"));
    assertThat(read.callbackKey()).contains(Secret.of("callback-key"));
    assertThat(read.messageSignature()).contains(Secret.of("echo"));
    assertThat(config.roles()).containsExactly(RoleName.WORKER);
    assertThat(config.gatewayUrl()).contains(URI.create("http://localhost:7483"));
    assertThat(config.secrets()).containsEntry("ark", Secret.of("sk-1"));
    assertThat(config.secretDirectory()).contains(Path.of("secrets"));
    assertThat(config.scenes().directory()).contains(Path.of("scenes"));
    assertThat(config.scenes().reload()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.cloud().connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.cloud().responseTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.cloud().maxConnections()).isEqualTo(3);
    assertThat(config.cloud().quotaPerSecond()).isEqualTo(4);
    assertThat(config.cloud().maxAttempts()).isEqualTo(5);
    assertThat(config.cloud().backoff()).isEqualTo(Duration.ofMillis(6));
    assertThat(config.cloud().maxBackoff()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.cloud().failuresToPause()).isEqualTo(8);
    assertThat(config.cloud().pause()).isEqualTo(Duration.ofSeconds(9));
    assertThat(config.tasks().joinDeadline()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.tasks().startPatience()).isEqualTo(Duration.ofSeconds(11));
    assertThat(config.tasks().stopPatience()).isEqualTo(Duration.ofSeconds(12));
    assertThat(config.tasks().stopRetry()).isEqualTo(Duration.ofSeconds(13));
    assertThat(config.tasks().maxStopRetry()).isEqualTo(Duration.ofSeconds(14));
    assertThat(config.tasks().clockTolerance()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.tasks().commandTtl()).isEqualTo(Duration.ofSeconds(16));
    assertThat(config.tasks().memory()).isEqualTo(Duration.ofSeconds(17));
    assertThat(config.reaper().targetLeftGrace()).isEqualTo(Duration.ofSeconds(18));
    assertThat(config.reaper().targetJoinGrace()).isEqualTo(Duration.ofSeconds(34));
    assertThat(config.reaper().maxDuration()).isEqualTo(Duration.ofSeconds(19));
    assertThat(config.reaper().silence()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.reaper().cloudIdleTimeout()).isEqualTo(Duration.ofSeconds(21));
    assertThat(config.worker().group()).isEqualTo("g");
    assertThat(config.worker().queuePerPartition()).isEqualTo(22);
    assertThat(config.worker().tick()).isEqualTo(Duration.ofMillis(23));
    assertThat(config.worker().commitInterval()).isEqualTo(Duration.ofMillis(24));
    assertThat(config.worker().drain()).isEqualTo(Duration.ofSeconds(25));
    assertThat(config.worker().sessionTimeout()).isEqualTo(Duration.ofSeconds(26));
    assertThat(config.api().maxWait()).isEqualTo(Duration.ofSeconds(27));
    assertThat(config.api().maxTasks()).isEqualTo(28);
    assertThat(config.api().eventsPerTask()).isEqualTo(29);
    assertThat(config.api().eventHistory()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.dailyBudget()).contains(Duration.ofHours(31));
    assertThat(config.usage().timeZone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
    assertThat(config.usage().history()).isEqualTo(Duration.ofHours(32));
    assertThat(config.usage().maxTasks()).isEqualTo(33);
  }

  @Test
  void namesTheCredentialThatIsMissing() {
    // Given
    Map<String, String> lacking = new HashMap<>(TestConfig.oneApp());
    lacking.remove("parley.agent.apps.default.secret-access-key");
    AgentControlConfig config = TestConfig.of(lacking);

    // When / Then
    assertThatThrownBy(() -> new Applications(config.apps(), config.gatewayUrl(), config.roles()))
        .isInstanceOf(SettingsException.class)
        .hasMessage("parley.agent.apps.default.secret-access-key or credentials-file must be set");
  }

  @Test
  void needsNoCredentialsWhereNothingCallsTheCloud() {
    // Given
    Map<String, String> lacking = new HashMap<>(TestConfig.oneApp());
    lacking.put("parley.agent.roles", "api");
    lacking.remove("parley.agent.apps.default.access-key-id");
    lacking.remove("parley.agent.apps.default.secret-access-key");
    lacking.put("parley.agent.apps.default.daily-budget", "2h");
    AgentControlConfig config = TestConfig.of(lacking);

    // When
    Applications.Application application =
        new Applications(config.apps(), config.gatewayUrl(), config.roles())
            .find(new AppId("123456781234567812345678"))
            .orElseThrow();

    // Then
    assertThat(application.access().version()).isEqualTo("2024-12-01");
    assertThat(application.dailyBudget()).contains(Duration.ofHours(2));
    assertThat(application.access().credentials().get()).isEmpty();
  }

  @Test
  void readsRenewedCredentialsFromTheirFile(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("credentials.json");
    write(file, "AKLTfirst", Instant.ofEpochSecond(1));
    Supplier<Optional<Credentials>> credentials = credentialsIn(file);
    assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTfirst");

    // When
    write(file, "AKLTsecond", Instant.ofEpochSecond(2));

    // Then
    assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTsecond");
    assertThat(credentials.get()).map(Credentials::securityToken).contains(Secret.of("sts"));
  }

  @Test
  void hasNoCredentialsBeforeTheirFileIsThere(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("credentials.json");
    Supplier<Optional<Credentials>> credentials = credentialsIn(file);
    assertThat(credentials.get()).isEmpty();

    // When
    write(file, "AKLTfirst", Instant.ofEpochSecond(1));

    // Then
    assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTfirst");
  }

  @Test
  void tellsOnceOfEachChangeThatBreaksTheCredentialsFile(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("credentials.json");
    write(file, "AKLTfirst", Instant.ofEpochSecond(1));
    Supplier<Optional<Credentials>> credentials = credentialsIn(file);
    assertThat(credentials.get()).isPresent();

    try (LogCapture log = LogCapture.of("dev.parley.agent.config")) {
      // When
      write(file, "", Instant.ofEpochSecond(2));
      assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTfirst");
      assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTfirst");
      List<String> once = log.linesWith("credentials.json cannot be used");
      Files.delete(file);
      assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTfirst");
      assertThat(credentials.get()).map(Credentials::accessKeyId).contains("AKLTfirst");

      // Then
      assertThat(once).hasSize(1);
      assertThat(log.linesWith("credentials.json cannot be used")).hasSize(2);
    }
  }

  private static Supplier<Optional<Credentials>> credentialsIn(Path file) {
    Map<String, String> set = new HashMap<>(TestConfig.oneApp());
    set.put("parley.agent.apps.default.credentials-file", file.toString());
    AgentControlConfig config = TestConfig.of(set);
    return new Applications(config.apps(), config.gatewayUrl(), config.roles())
        .find(new AppId("123456781234567812345678"))
        .orElseThrow()
        .access()
        .credentials();
  }

  private static void write(Path file, String accessKeyId, Instant modified) throws IOException {
    Files.writeString(
        file,
        "{\"accessKeyId\":\""
            + accessKeyId
            + "\",\"secretAccessKey\":\"s\",\"securityToken\":\"sts\"}");
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  @Test
  void looksForSceneSecretsInConfigurationThenFileThenEnvironment(@TempDir Path folder)
      throws IOException {
    // Given
    Files.writeString(folder.resolve("ark"), "from-file\n");
    Files.writeString(folder.resolve("tts"), "from-file\n");
    SceneSecrets secrets =
        new SceneSecrets(
            Map.of("ark", Secret.of("from-config")),
            Optional.of(folder),
            name -> name.equals("ENV_ONLY") ? "from-environment" : null);

    // When / Then
    assertThat(secrets.apply("ark")).contains(Secret.of("from-config"));
    assertThat(secrets.apply("tts")).contains(Secret.of("from-file"));
    assertThat(secrets.apply("ENV_ONLY")).contains(Secret.of("from-environment"));
    assertThat(secrets.apply("nowhere")).isEmpty();
    assertThat(secrets.apply("..")).isEmpty();
  }
}
