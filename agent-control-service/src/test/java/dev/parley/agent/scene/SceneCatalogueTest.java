package dev.parley.agent.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{APIKey: sk-1} | {\"APIKey\":\"****\"}",
        "{api_key: sk-1} | {\"api_key\":\"****\"}",
        "{X-Api-Key: sk-1} | {\"X-Api-Key\":\"****\"}",
        "{Token: t} | {\"Token\":\"****\"}",
        "{AccessToken: t} | {\"AccessToken\":\"****\"}",
        "{refresh_token: t} | {\"refresh_token\":\"****\"}",
        "{Secret: s} | {\"Secret\":\"****\"}",
        "{ClientSecret: s} | {\"ClientSecret\":\"****\"}",
        "{Password: 12345} | {\"Password\":\"****\"}",
        "{Authorization: Bearer sk-1} | {\"Authorization\":\"****\"}",
        "{Credential: {ak: a, sk: b}} | {\"Credential\":\"****\"}",
        "{ServerMessageSignature: echo} | {\"ServerMessageSignature\":\"****\"}",
        "{ExtraHeader: {X-Tenant: t-1, X-Trace: 7}}"
            + " | {\"ExtraHeader\":{\"X-Tenant\":\"****\",\"X-Trace\":\"****\"}}",
        "{Headers: [{Name: X-Tenant, Value: t-1}]}"
            + " | {\"Headers\":[{\"Name\":\"****\",\"Value\":\"****\"}]}",
        "{extra_headers: 'X-Tenant: t-1'} | {\"extra_headers\":\"****\"}",
        "{Custom: '{\"api_key\": \"sk-1\", \"n\": 1}'}"
            + " | {\"Custom\":\"{\\\"api_key\\\":\\\"****\\\",\\\"n\\\":1}\"}",
        "{MaxTokens: 1024} | {\"MaxTokens\":1024}",
        "{SystemMessages: ['{be kind}']} | {\"SystemMessages\":[\"{be kind}\"]}",
        "{Feature: '{\"Http\": true}'} | {\"Feature\":\"{\\\"Http\\\": true}\"}",
      })
  void masksByNameWhetherReferredToOrNot(String model, String shown) throws IOException {
    // Given
    write("sales.yaml", "body: {Config: {LLMConfig: " + model + "}}", Instant.ofEpochSecond(1));
    SceneCatalogue scenes = new SceneCatalogue(Optional.of(folder));

    // When
    JsonNode masked = SceneCatalogue.maskedBody(scenes.find("sales").orElseThrow());

    // Then
    assertThat(masked.at("/Config/LLMConfig")).hasToString(shown);
  }

  @Test
  void doesNotStartWithTwoFilesOfOneName() throws IOException {
    // Given
    write("a.yaml", "name: sales\nbody: {Config: {}}", Instant.ofEpochSecond(1));
    write("b.json", "{\"name\": \"sales\", \"body\": {\"Config\": {}}}", Instant.ofEpochSecond(1));

    // When / Then
    assertThatThrownBy(() -> new SceneCatalogue(Optional.of(folder)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sales")
        .hasMessageContaining("a.yaml")
        .hasMessageContaining("b.json");
  }

  @Test
  void keepsASceneWhoseNameAnotherFileTakes() throws IOException {
    // Given
    write("sales.yaml", "title: First\nbody: {Config: {}}", Instant.ofEpochSecond(1));
    write("other.yaml", "title: Other\nbody: {Config: {}}", Instant.ofEpochSecond(1));
    SceneCatalogue scenes = new SceneCatalogue(Optional.of(folder));

    // When: a new file and one that is there already take the name
    write(
        "sales.json",
        "{\"title\": \"Second\", \"body\": {\"Config\": {}}}",
        Instant.ofEpochSecond(2));
    write("other.yaml", "name: sales\ntitle: Third\nbody: {Config: {}}", Instant.ofEpochSecond(2));
    List<SceneFault> faults = scenes.reload();

    // Then
    assertThat(faults)
        .singleElement()
        .satisfies(
            fault ->
                assertThat(fault.toString()).contains("other.yaml", "sales.json", "sales.yaml"));
    assertThat(scenes.all())
        .extracting(Scene::name, Scene::title)
        .containsExactly(
            tuple("assistant", "Assistant"), tuple("other", "Other"), tuple("sales", "First"));

    // When: they give it back
    Files.delete(folder.resolve("sales.json"));
    write("other.yaml", "title: Fourth\nbody: {Config: {}}", Instant.ofEpochSecond(3));

    // Then
    assertThat(scenes.reload()).isEmpty();
    assertThat(scenes.find("other").orElseThrow().title()).isEqualTo("Fourth");
  }
}
