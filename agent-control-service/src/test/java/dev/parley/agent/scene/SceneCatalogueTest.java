package dev.parley.agent.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneCatalogueTest {
  private final Path folder;

  SceneCatalogueTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private void write(String name, String content, Instant modified) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  @Test
  void hasABuiltInAssistantThatAsksClientsForTheWeather() {
    // When
    Scene assistant = new SceneCatalogue(Optional.empty()).find("assistant").orElseThrow();

    // Then
    assertThat(assistant.participants()).isTrue();
    assertThat(assistant.tools()).isEqualTo(Scene.Tools.CLIENT);
    assertThat(assistant.body().at("/Config/LLMConfig/Tools/0/function/name").asText())
        .isEqualTo("get_current_weather");
    assertThat(assistant.body().at("/Config/FunctionCallingConfig").isMissingNode()).isTrue();
  }

  @Test
  void readsAChangedFolderAgain() throws IOException {
    // Given
    SceneCatalogue scenes = new SceneCatalogue(Optional.of(folder));
    write("sales.yaml", "title: Sales\nbody: {Config: {}}", Instant.ofEpochSecond(1));

    // When
    List<SceneFault> faults = scenes.reload();

    // Then
    assertThat(faults).isEmpty();
    assertThat(scenes.all()).extracting(Scene::name).containsExactly("assistant", "sales");
  }

  @Test
  void keepsASceneWhoseFileIsBroken() throws IOException {
    // Given
    write("sales.yaml", "title: Sales\nbody: {Config: {}}", Instant.ofEpochSecond(1));
    SceneCatalogue scenes = new SceneCatalogue(Optional.of(folder));
    write("sales.yaml", "title: Broken\nbody: 3", Instant.ofEpochSecond(2));

    // When
    List<SceneFault> faults = scenes.reload();

    // Then
    assertThat(faults).extracting(SceneFault::path).containsExactly("body");
    assertThat(scenes.find("sales").orElseThrow().title()).isEqualTo("Sales");
  }

  @Test
  void forgetsASceneWhoseFileIsGone() throws IOException {
    // Given
    write("sales.yaml", "body: {Config: {}}", Instant.ofEpochSecond(1));
    SceneCatalogue scenes = new SceneCatalogue(Optional.of(folder));
    Files.delete(folder.resolve("sales.yaml"));

    // When
    scenes.reload();

    // Then
    assertThat(scenes.find("sales")).isEmpty();
  }

  @Test
  void doesNotStartWithABrokenFile() throws IOException {
    // Given
    write("sales.yaml", "body: 3", Instant.ofEpochSecond(1));

    // When / Then
    assertThatThrownBy(() -> new SceneCatalogue(Optional.of(folder)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sales.yaml at body");
  }

  @Test
  void masksSecretsAndReferences() throws IOException {
    // Given
    write(
        "sales.yaml",
        "body: {Config: {LLMConfig: {APIKey: '${secret:ark}', SystemMessages: [hi]},"
            + " TTSConfig: {ProviderParams: {app: {token: abc}}}}}",
        Instant.ofEpochSecond(1));
    SceneCatalogue scenes = new SceneCatalogue(Optional.of(folder));

    // When
    String shown = SceneCatalogue.maskedBody(scenes.find("sales").orElseThrow()).toString();

    // Then
    assertThat(shown)
        .isEqualTo(
            "{\"Config\":{\"LLMConfig\":{\"APIKey\":\"****\",\"SystemMessages\":[\"hi\"]},"
                + "\"TTSConfig\":{\"ProviderParams\":{\"app\":{\"token\":\"****\"}}}}}");
  }
}
