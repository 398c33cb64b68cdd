package dev.parley.simulator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.App;
import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.agent.AgentTiming;
import dev.parley.simulator.signature.Credentials;
import dev.parley.simulator.voicechat.OpenApi;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatorConfigTest {

  @Test
  void hasDefaults() {
    // When
    SimulatedCloud.Settings settings = settings(Map.of());
    // Then
    assertThat(settings)
        .isEqualTo(
            new SimulatedCloud.Settings(
                List.of(),
                List.of(),
                Set.of("cn-north-1", "ap-singapore-1"),
                Duration.ofMinutes(15),
                new AgentTiming(
                    Duration.ofMillis(300),
                    Duration.ofMillis(60),
                    Duration.ofMillis(60),
                    Duration.ofMillis(400),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(10)),
                new OpenApi.Settings(
                    Duration.ofMillis(20), 60, false, 2000, 2000, 10_000, Duration.ofSeconds(3)),
                Duration.ofSeconds(10),
                2000,
                50,
                200,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                20_000,
                5000));
  }

  @Test
  void takesEveryKey() {
    // Given
    Map<String, String> keys = new HashMap<>();
    keys.put("apps.one.app-id", "123456781234567812345678");
    keys.put("apps.one.app-key", "app-key");
    keys.put("apps.one.webhook-url", "http://localhost:1/hook");
    keys.put("apps.one.webhook-secret", "hook-secret");
    keys.put("apps.one.versions", "2025-06-01");
    keys.put("credentials.one.access-key-id", "AKLTone");
    keys.put("credentials.one.secret-key", "secret");
    keys.put("credentials.one.security-token", "token");
    keys.put("regions", "moon-1");
    keys.put("max-clock-skew", "1m");
    keys.put("open-api.operation-time", "1s");
    keys.put("open-api.calls-per-second", "5");
    keys.put("open-api.errors-with-status200", "true");
    keys.put("open-api.max-tasks", "6");
    keys.put("open-api.kept-tasks", "7");
    keys.put("open-api.kept-calls", "8");
    keys.put("timing.join", "1s");
    keys.put("timing.user-character", "2s");
    keys.put("timing.agent-character", "3s");
    keys.put("timing.max-silence", "4s");
    keys.put("timing.llm", "5s");
    keys.put("timing.tts", "6s");
    keys.put("timing.tool", "7s");
    keys.put("rtc.join-timeout", "8s");
    keys.put("rtc.max-rooms", "9");
    keys.put("rtc.max-users-per-room", "10");
    keys.put("rtc.max-unsent", "11");
    keys.put("rtc.max-connections", "15");
    keys.put("callbacks.timeout", "9s");
    keys.put("callbacks.retry-delay", "10s");
    keys.put("callbacks.max-pending", "12");
    keys.put("callbacks.kept", "13");
    keys.put("max-faults", "14");
    // When
    SimulatedCloud.Settings settings = settings(keys);
    // Then
    assertThat(settings)
        .isEqualTo(
            new SimulatedCloud.Settings(
                List.of(
                    new App(
                        "123456781234567812345678",
                        "app-key",
                        URI.create("http://localhost:1/hook"),
                        "hook-secret",
                        Set.of("2025-06-01"))),
                List.of(new Credentials("AKLTone", "secret", "token")),
                Set.of("moon-1"),
                Duration.ofMinutes(1),
                new AgentTiming(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(7)),
                new OpenApi.Settings(
                    Duration.ofSeconds(1), 5, true, 6, 7, 8, Duration.ofSeconds(4)),
                Duration.ofSeconds(8),
                9,
                10,
                14,
                Duration.ofSeconds(9),
                Duration.ofSeconds(10),
                12,
                13));
    assertThat(settings.toString()).doesNotContain("app-key", "hook-secret", "token");
  }

  private static SimulatedCloud.Settings settings(Map<String, String> keys) {
    Map<String, String> prefixed = new HashMap<>();
    keys.forEach((key, value) -> prefixed.put("parley.simulator." + key, value));
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(SimulatorConfig.class)
            .withSources(new PropertiesConfigSource(prefixed, "test", 100))
            .withDefaultValue("smallrye.config.mapping.validate-unknown", "true")
            .withConverter(Duration.class, 200, SimulatorConfigTest::duration)
            .build();
    return CloudProducer.settings(config.getConfigMapping(SimulatorConfig.class));
  }

  // Quarkus brings this notation; here it is read without Quarkus.
  private static Duration duration(String text) {
    return Duration.parse(
        "PT"
            + (text.endsWith("ms")
                ? Double.parseDouble(text.substring(0, text.length() - 2)) / 1000 + "S"
                : text.toUpperCase(Locale.ROOT)));
  }
}
