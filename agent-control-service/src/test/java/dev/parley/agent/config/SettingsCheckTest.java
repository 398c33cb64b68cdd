package dev.parley.agent.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.kit.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {
  private static AgentControlConfig config(Map<String, String> set) {
    Map<String, String> settings = new HashMap<>(TestConfig.oneApp());
    set.forEach((name, value) -> settings.put("parley.agent." + name, value));
    return TestConfig.of(settings);
  }

  @Test
  void theDefaultsAreWithinTheirBounds() {
    assertThatCode(() -> SettingsCheck.check(config(Map.of()))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "tasks.max-ended, 1, 0",
    "tasks.join-deadline, 1ms, 0s",
    "tasks.clock-tolerance, 0s, -1s",
    "reaper.silence, 0s, -1s",
    "cloud.connect-timeout, 1ms, 0s",
    "cloud.quota-per-second, 1, 0",
    "worker.queue-per-partition, 1, 0",
    "worker.tick, 1ms, 0s",
    "api.events-per-task, 1, 0",
    "usage.max-tasks, 1, 0",
    "scenes.reload, 1ms, 0s",
  })
  void whatCannotBeUsedEndsTheStartWithItsName(String name, String least, String less) {
    AgentControlConfig fits = config(Map.of(name, least));
    AgentControlConfig fails = config(Map.of(name, less));

    assertThatCode(() -> SettingsCheck.check(fits)).doesNotThrowAnyException();
    assertThatThrownBy(() -> SettingsCheck.check(fails))
        .isInstanceOf(SettingsException.class)
        .hasMessageMatching(
            "parley\\.agent\\."
                + name.replace(".", "\\.")
                + " must (be at least 1( ms)?|not be negative), is .*");
  }

  @Test
  void anAddressThatIsNoneEndsTheStartWithItsName() {
    AgentControlConfig config = config(Map.of("apps.default.base-url", "rtc.example.com"));

    assertThatThrownBy(() -> new Applications(config.apps(), config.gatewayUrl(), config.roles()))
        .isInstanceOf(SettingsException.class)
        .hasMessage("parley.agent.apps.default.base-url must be http(s)://host[:port]");
  }

  @Test
  void scenesThatCannotBeReadEndTheStartWithTheNameOfTheirFolder(@TempDir Path folder)
      throws IOException {
    Path nowhere = folder.resolve("nowhere");
    Files.writeString(folder.resolve("sales.yaml"), "body: 3");

    assertThatThrownBy(() -> new Wiring().scenes(scenesIn(nowhere)))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "parley.agent.scenes.directory cannot be used: the scene folder "
                + nowhere
                + " cannot be listed");
    assertThatThrownBy(() -> new Wiring().scenes(scenesIn(folder)))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("parley.agent.scenes.directory cannot be used: ")
        .hasMessageContaining("sales.yaml at body");
  }

  private static AgentControlConfig scenesIn(Path folder) {
    return config(Map.of("scenes.directory", folder.toString()));
  }
}
