package dev.parley.agent.scene;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Samples;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.id.CommandId;
import dev.parley.kit.callback.CallbackPath;
import dev.parley.kit.secret.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartBodiesTest {
  private static final Secret PATH_KEY = Secret.of("path-key");
  private static final Callbacks CALLBACKS =
      new Callbacks(
          URI.create("https://gateway.example.org/"), "default", PATH_KEY, Secret.of("echo"));

  private static final String SCENE =
      """
      participants: true
      tools: server
      overridable: [Config.LLMConfig.Temperature, AgentConfig]
      body:
        Config:
          LLMConfig:
            Mode: ArkV3
            APIKey: ${secret:ark}
            Temperature: 0.1
            SystemMessages: [one, two]
        AgentConfig:
          WelcomeMessage: Hello
      """;

  private final StartBodies bodies = bodies(SCENE);

  private static StartBodies bodies(String scene) {
    SceneReader.Result read = SceneReader.read("test.yaml", scene.getBytes(UTF_8));
    return new StartBodies(
        name -> name.equals("test") ? read.scene() : Optional.empty(),
        name -> Optional.ofNullable(Map.of("ark", Secret.of("sk-123")).get(name)));
  }

  private static StartAgent start(@Nullable String welcome, @Nullable String overrides) {
    try {
      JsonNode tree = overrides == null ? null : new ObjectMapper().readTree(overrides);
      return new StartAgent(
          Samples.APP,
          Samples.ROOM,
          0,
          Samples.TASK,
          new CommandId("c-1"),
          "user-1",
          1,
          "test",
          Samples.AGENT,
          Samples.TARGET,
          welcome,
          tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private ObjectNode body(@Nullable String welcome, @Nullable String overrides) {
    return bodies.body(start(welcome, overrides), "2024-12-01", Optional.of(CALLBACKS));
  }

  @Test
  void namesTheTaskAndItsUsers() {
    // When
    ObjectNode body = body(null, null);

    // Then
    assertThat(body.path("AppId").asText()).isEqualTo("123456781234567812345678");
    assertThat(body.path("RoomId").asText()).isEqualTo("Room1");
    assertThat(body.path("TaskId").asText()).isEqualTo("t-1");
    assertThat(body.at("/AgentConfig/UserId").asText()).isEqualTo("agent-1");
    assertThat(body.at("/AgentConfig/TargetUserId").toString()).isEqualTo("[\"user-1\"]");
    assertThat(body.at("/AgentConfig/WelcomeMessage").asText()).isEqualTo("Hello");
    assertThat(body.at("/AgentConfig/EnableConversationStateCallback").asBoolean()).isTrue();
    assertThat(body.at("/Config/SubtitleConfig/DisableRTSSubtitle").asBoolean(true)).isFalse();
  }

  @Test
  void putsSecretsIn() {
    // When
    ObjectNode body = body(null, null);

    // Then
    assertThat(body.at("/Config/LLMConfig/APIKey").asText()).isEqualTo("sk-123");
  }

  @Test
  void doesNotTellASecretToACallerWhoWritesAReference() {
    // When
    ObjectNode body = body("${secret:ark}", "{\"AgentConfig\":{\"Note\":\"${secret:ark}\"}}");

    // Then
    assertThat(body.at("/AgentConfig/WelcomeMessage").asText()).isEqualTo("${secret:ark}");
    assertThat(body.at("/AgentConfig/Note").asText()).isEqualTo("${secret:ark}");
  }

  @Test
  void addressesCallbacksToTheTask() {
    // When
    ObjectNode body = body(null, null);

    // Then
    String segment = CallbackPath.mint(PATH_KEY, Samples.APP, Samples.ROOM, Samples.TASK);
    String messages = "https://gateway.example.org/v1/callbacks/messages/default/" + segment;
    assertThat(body.at("/AgentConfig/ServerMessageURLForRTS").asText()).isEqualTo(messages);
    assertThat(body.at("/AgentConfig/ServerMessageSignatureForRTS").asText()).isEqualTo("echo");
    assertThat(body.at("/Config/SubtitleConfig/ServerMessageUrl").asText()).isEqualTo(messages);
    assertThat(body.at("/Config/FunctionCallingConfig/ServerMessageUrl").asText())
        .isEqualTo("https://gateway.example.org/v1/callbacks/functions/default/" + segment);
  }

  @Test
  void leavesOutSubtitleCallbacksInTheNewerVersion() {
    // When
    ObjectNode body = bodies.body(start(null, null), "2025-06-01", Optional.of(CALLBACKS));

    // Then
    assertThat(body.at("/Config/SubtitleConfig/ServerMessageUrl").isMissingNode()).isTrue();
    assertThat(body.at("/AgentConfig/ServerMessageURLForRTS").isMissingNode()).isFalse();
  }

  @Test
  void mergesPermittedOverrides() {
    // When
    ObjectNode body = body(null, "{\"Config\":{\"LLMConfig\":{\"Temperature\":0.7}}}");

    // Then
    assertThat(body.at("/Config/LLMConfig/Temperature").asDouble()).isEqualTo(0.7);
    assertThat(body.at("/Config/LLMConfig/Mode").asText()).isEqualTo("ArkV3");
  }

  @Test
  void refusesOtherOverrides() {
    // When / Then
    assertThatThrownBy(() -> body(null, "{\"Config\":{\"LLMConfig\":{\"Url\":\"http://x\"}}}"))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo("override_not_permitted");
              assertThat(e.failure().reason()).contains("Config.LLMConfig.Url");
            });
  }

  @Test
  void anOverrideCannotMoveTheAgentElsewhere() {
    // When / Then: the scene opens the whole of AgentConfig
    assertThatThrownBy(() -> body(null, "{\"AgentConfig\":{\"TargetUserId\":[\"other\"]}}"))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo("override_not_permitted");
              assertThat(e.failure().reason()).contains("AgentConfig.TargetUserId");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"AgentConfig\":{\"UserId\":\"other\"}} | AgentConfig.UserId",
        "{\"AgentConfig\":{\"ServerMessageURLForRTS\":\"http://x\"}}"
            + " | AgentConfig.ServerMessageURLForRTS",
        "{\"Config\":{\"SubtitleConfig\":{\"ServerMessageUrl\":\"http://x\"}}}"
            + " | Config.SubtitleConfig.ServerMessageUrl",
        "{\"Config\":{\"FunctionCallingConfig\":{\"ServerMessageUrl\":\"http://x\"}}}"
            + " | Config.FunctionCallingConfig",
        "{\"Config\":{\"FunctionCallingConfig\":null}} | Config.FunctionCallingConfig",
      })
  void whatTheServicePutsInIsNotOpenedWithWhatItStandsIn(String overrides, String expected)
      throws JsonProcessingException {
    // Given
    Scene open =
        SceneReader.read(
                "test.yaml",
                "overridable: [AgentConfig, Config]\nbody: {Config: {}}".getBytes(UTF_8))
            .scene()
            .orElseThrow();

    // When
    Optional<String> forbidden = open.firstForbidden(new ObjectMapper().readTree(overrides));

    // Then
    assertThat(forbidden).contains(expected);
  }

  @Test
  void whatIsOpenedBesideItIsOpen() throws JsonProcessingException {
    // Given
    Scene open =
        SceneReader.read(
                "test.yaml",
                "overridable: [AgentConfig, Config]\nbody: {Config: {}}".getBytes(UTF_8))
            .scene()
            .orElseThrow();

    // When
    Optional<String> forbidden =
        open.firstForbidden(
            new ObjectMapper()
                .readTree(
                    "{\"AgentConfig\":{\"IdleTimeout\":60},"
                        + "\"Config\":{\"SubtitleConfig\":{\"SubtitleMode\":1}}}"));

    // Then
    assertThat(forbidden).isEmpty();
  }

  @Test
  void namesAMissingSecret() {
    // Given
    StartBodies lacking = bodies(SCENE.replace("secret:ark", "secret:nowhere"));

    // When / Then
    assertThatThrownBy(() -> lacking.body(start(null, null), "2024-12-01", Optional.empty()))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo("secret_missing");
              assertThat(e.failure().reason()).isEqualTo("The secret nowhere is not configured.");
            });
  }

  @Test
  void refusesASceneOfAnotherVersion() {
    // Given
    StartBodies newer = bodies("version: '2025-06-01'\n" + SCENE);

    // When / Then
    assertThatThrownBy(() -> newer.body(start(null, null), "2024-12-01", Optional.empty()))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> assertThat(e.failure().code()).isEqualTo("scene_not_for_app"));
  }
}
