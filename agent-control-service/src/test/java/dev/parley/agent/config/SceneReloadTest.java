package dev.parley.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.kafka.LogCapture;
import dev.parley.agent.scene.SceneCatalogue;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the timer looks at the folder. */
class SceneReloadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final SceneCatalogue scenes;
  private final SceneReload reload;

  SceneReloadTest(@TempDir Path parent) throws IOException {
    folder = Files.createDirectory(parent.resolve("scenes"));
    scenes = new SceneCatalogue(Optional.of(folder));
    Map<String, String> properties = TestConfig.oneApp();
    properties.put("parley.agent.scenes.directory", folder.toString());
    properties.put("parley.agent.scenes.reload", "20ms");
    reload = new SceneReload(scenes, TestConfig.of(properties));
  }

  @BeforeEach
  void start() {
    reload.start(new StartupEvent());
  }

  @AfterEach
  void stop() {
    reload.stop(new ShutdownEvent());
  }

  private void awaitScene(String name) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(scenes.find(name)).isPresent());
  }

  private void write(String name) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), "body: {Config: {}}");
  }

  @Test
  void findsWhatComesIntoTheFolder() throws IOException {
    // When
    write("sales");

    // Then: and what comes later
    awaitScene("sales");
    write("support");
    awaitScene("support");
  }

  @Test
  void goesOnWhenTheFolderWasAwayForAWhile() throws IOException {
    // Given
    write("sales");
    awaitScene("sales");
    Path elsewhere = folder.resolveSibling("elsewhere");

    // When
    try (LogCapture log = LogCapture.of("dev.parley.agent.config")) {
      Files.move(folder, elsewhere);
      await().atMost(PATIENCE).until(() -> !log.linesWith("scenes cannot be read again").isEmpty());
    }

    // Then
    assertThat(scenes.find("sales")).isPresent();
    Files.move(elsewhere, folder);
    write("support");
    awaitScene("support");
  }
}
