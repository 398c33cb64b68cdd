package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudRequest;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.TestConfig;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.SceneException;
import dev.parley.agent.scene.StartBodies;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.AskAgent;
import dev.parley.events.AgentCommand.UpdateParameters;
import dev.parley.events.InterruptMode;
import dev.parley.events.codec.Json;
import dev.parley.events.id.CommandId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloudRequestsTest {

  private static CloudRequests requests(String version) {
    Map<String, String> properties = TestConfig.oneApp();
    properties.put("parley.agent.apps.default.version", version);
    AgentControlConfig config = TestConfig.of(properties);
    SceneCatalogue scenes = new SceneCatalogue(Optional.empty());
    return new CloudRequests(
        new Applications(config.apps(), config.gatewayUrl(), config.roles()),
        new StartBodies(scenes::find, name -> Optional.empty()));
  }

  private static AskAgent ask(InterruptMode mode, @Nullable String imageUrl) {
    return new AskAgent(
        APP,
        ROOM,
        NOW.toEpochMilli(),
        TASK,
        new CommandId("c-1"),
        "user-1",
        NOW.toEpochMilli(),
        "what is this?",
        mode,
        imageUrl);
  }

  private static UpdateParameters update() {
    return new UpdateParameters(
        APP,
        ROOM,
        NOW.toEpochMilli(),
        TASK,
        new CommandId("c-1"),
        "ops-1",
        NOW.toEpochMilli(),
        JsonNodeFactory.instance.objectNode().put("InterruptMode", 1));
  }

  private static void is(CloudRequest request, String expected) throws JsonProcessingException {
    assertThat(FakeVoiceChatApi.body(request)).isEqualTo(Json.mapper().readTree(expected));
  }

  private static String task(String more) {
    return "{\"AppId\":\"123456781234567812345678\",\"RoomId\":\"Room1\",\"TaskId\":\"t-1\","
        + more
        + "}";
  }

  @Test
  void asksWithAnImage() throws JsonProcessingException {
    // When
    CloudRequest request =
        requests("2024-12-01").of(ask(InterruptMode.MEDIUM, "https://example.org/a.png"), 7);

    // Then
    assertThat(request.action()).isEqualTo(Action.UPDATE);
    is(
        request,
        task(
            "\"Command\":\"ExternalTextToLLM\",\"Message\":\"what is this?\",\"InterruptMode\":2,"
                + "\"ImageConfig\":{\"Action\":\"insert\",\"GroupID\":7,\"ImageType\":\"url\","
                + "\"Images\":[\"https://example.org/a.png\"]}"));
  }

  @Test
  void asksWithoutAnImage() throws JsonProcessingException {
    // When / Then
    is(
        requests("2024-12-01").of(ask(InterruptMode.LOW, null), 7),
        task(
            "\"Command\":\"ExternalTextToLLM\",\"Message\":\"what is this?\",\"InterruptMode\":3"));
  }

  @Test
  void saysAloud() throws JsonProcessingException {
    // When
    AgentCommand say = Samples.say(ROOM, TASK, "c-1", "hello", NOW);

    // Then
    is(
        requests("2024-12-01").of(say, 7),
        task("\"Command\":\"ExternalTextToSpeech\",\"Message\":\"hello\",\"InterruptMode\":1"));
  }

  @Test
  void changesParametersOfNewerApplicationsOnly() throws JsonProcessingException {
    // When / Then
    is(
        requests("2025-06-01").of(update(), 7),
        task("\"Command\":\"UpdateParameters\",\"Parameters\":{\"InterruptMode\":1}"));
    assertThatThrownBy(() -> requests("2024-12-01").of(update(), 7))
        .isInstanceOfSatisfying(
            SceneException.class,
            e -> assertThat(e.failure().code()).isEqualTo("not_supported_by_version"));
  }
}
