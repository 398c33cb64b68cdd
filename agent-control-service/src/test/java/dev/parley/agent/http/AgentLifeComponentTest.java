package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.agent.kafka.TaskView;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.events.AgentTask;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Agents are started once per key, steered and stopped. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class AgentLifeComponentTest extends AgentApiHarness {

  @Inject SceneCatalogue scenes;

  @Test
  void aRepeatedStartIsAnsweredAlthoughItsSceneIsGone() throws IOException {
    // Given
    String name = "fleeting-" + UUID.randomUUID();
    Path file =
        Path.of(ConfigProvider.getConfig().getValue("parley.agent.scenes.directory", String.class))
            .resolve(name + ".yaml");
    Files.writeString(file, "participants: true\nbody: {Config: {}}\n");
    String taskId;
    try {
      assertThat(scenes.reload()).isEmpty();
      taskId = startFleeting(name, "k-1").statusCode(202).extract().path("taskId");
    } finally {
      Files.delete(file);
      assertThat(scenes.reload()).isEmpty();
    }

    // When
    ValidatableResponse again = startFleeting(name, "k-1");

    // Then
    again.statusCode(202).body("taskId", equalTo(taskId));
    isProblem(startFleeting(name, "k-2"), 422, "scene_unknown");
  }

  private ValidatableResponse startFleeting(String scene, String key) {
    return as(participant(room, "user-1"))
        .header("Idempotency-Key", key)
        .body("{\"scene\":\"" + scene + "\"}")
        .post("/v1/rooms/{room}/agents", room)
        .then();
  }

  @Test
  void anAgentIsStartedSteeredAndStopped() {
    // Given
    ValidatableResponse accepted =
        start(participant(room, "user-1"), ASSISTANT)
            .statusCode(202)
            .body("state", equalTo("REQUESTED"))
            .body("scene", equalTo("assistant"))
            .body("roomId", equalTo(room))
            .body("targetUserId", equalTo("user-1"))
            .body("agentUserId", startsWith("agent-"))
            .body("runningAt", nullValue());
    String taskId = accepted.extract().path("taskId");
    accepted.header("Location", containsString("/v1/agents/" + taskId));
    awaitState(taskId, "DISPATCHED");
    appear(taskId);
    awaitState(taskId, "RUNNING");

    // When
    String participant = participant(room, "user-1");
    String agents = "/v1/agents/" + taskId;
    as(participant).post(agents + "/interrupt").then().statusCode(202);
    as(participant).body("{\"text\":\"hello\"}").post(agents + "/say").then().statusCode(202);
    as(participant)
        .body("{\"text\":\"who are you\",\"interruptMode\":\"low\"}")
        .post(agents + "/ask")
        .then()
        .statusCode(202);
    as(participant)
        .body("{\"text\":\"it is late\"}")
        .post(agents + "/prompt")
        .then()
        .statusCode(202);
    as(participant)
        .body("{\"toolCallId\":\"call_1\",\"content\":\"sunny\"}")
        .post(agents + "/tool-results")
        .then()
        .statusCode(202)
        .body("taskId", equalTo(taskId))
        .body("commandId", startsWith("c-"));
    as(participant).post(agents + "/finish-speech").then().statusCode(202);
    as(participant).delete(agents).then().statusCode(202);

    // Then
    awaitState(taskId, "STOPPED");
    assertThat(callsOf(taskId))
        .extracting(call -> call.action() + call.command())
        .containsExactly(
            "START",
            "UPDATEinterrupt",
            "UPDATEExternalTextToSpeech",
            "UPDATEExternalTextToLLM",
            "UPDATEExternalPromptsForLLM",
            "UPDATEfunction",
            "UPDATEFinishSpeechRecognition",
            "STOP");
    as(participant).delete(agents).then().statusCode(202).body("stopReason", equalTo("REQUESTED"));
    isProblem(as(participant).post(agents + "/interrupt").then(), 409, "task_ended");
  }

  @Test
  void preferWaitAnswersWhenTheAgentIsThere() {
    // Given
    cloud.answering(
        call -> {
          if (call.action() == Action.START && call.room().equals(room)) {
            CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> appear(call.task()));
          }
          return null;
        });

    // When
    ValidatableResponse response =
        as(participant(room, "user-1"))
            .header("Prefer", "wait=25")
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then();

    // Then
    response
        .statusCode(202)
        .header("Preference-Applied", "wait=25")
        .body("state", equalTo("RUNNING"));
  }

  @Test
  void preferWaitAnswersWhenTheStartFailsWithAHintInTheCallersLanguage() {
    // Given
    cloud.answering(
        call ->
            call.room().equals(room)
                ? new CloudProblem.Rejected("AccessDenied.ServiceNotEnabled", "req-7")
                : null);

    // When
    ValidatableResponse response =
        as(participant(room, "user-1"))
            .header("Prefer", "respond-async, wait=25")
            .header("Accept-Language", "zh-CN,zh;q=0.9")
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then();

    // Then
    response
        .statusCode(202)
        .body("state", equalTo("FAILED"))
        .body("failure.code", equalTo("cloud_rejected"))
        .body("failure.cloudCode", equalTo("AccessDenied.ServiceNotEnabled"))
        .body("failure.cloudRequestId", equalTo("req-7"))
        .body("failure.hint", containsString("请在 RTC 控制台开通"));
  }

  @Test
  void theSameKeyNamesTheSameTaskAndStartsOneAgent() {
    // Given
    String key = UUID.randomUUID().toString();
    String token = participant(room, "user-1");

    // When
    String first = startedWith(token, key);
    String second = startedWith(token, key);

    // Then
    assertThat(second).isEqualTo(first);
    awaitState(first, "DISPATCHED");
    assertThat(cloud.startsOf(first)).isEqualTo(1);
  }

  @Test
  void aRepeatedStartSaysHowAForgottenTaskEnded() {
    // Given: the view has forgotten it, the worker has not
    String key = UUID.randomUUID().toString();
    String token = participant(room, "user-1");
    String task = startedWith(token, key);
    as(operator()).delete("/v1/agents/{task}", task).then().statusCode(202);
    awaitState(task, "STOPPED");
    AgentTask last =
        TaskView.asTask(
            Samples.start(
                new RoomId(room),
                new TaskId(task),
                "c-1",
                Instant.ofEpochMilli(1_750_000_000_000L)));
    publisher.erase(last).toCompletableFuture().join();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> as(operator()).get("/v1/agents/{task}", task).then().statusCode(404));

    // When
    assertThat(startedWith(token, key)).isEqualTo(task);

    // Then
    awaitState(task, "STOPPED");
    assertThat(cloud.startsOf(task)).isEqualTo(1);
  }

  private String startedWith(String token, String key) {
    return as(token)
        .header("Idempotency-Key", key)
        .body(ASSISTANT)
        .post("/v1/rooms/{room}/agents", room)
        .then()
        .statusCode(202)
        .extract()
        .path("taskId");
  }

  @Test
  void theSameKeyOfAnotherUserIsAnotherTask() {
    // Given
    String key = UUID.randomUUID().toString();

    // When
    List<String> tasks =
        List.of("user-1", "user-2").stream()
            .map(user -> startedWith(participant(room, user), key))
            .toList();

    // Then
    assertThat(tasks).doesNotHaveDuplicates();
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() {
    // Given
    String token = participant(room, "user-1");
    as(token)
        .header("Idempotency-Key", "k1")
        .body(ASSISTANT)
        .post("/v1/rooms/{room}/agents", room)
        .then()
        .statusCode(202);

    // When
    ValidatableResponse response =
        as(token)
            .header("Idempotency-Key", "k1")
            .body("{\"scene\":\"assistant\",\"welcomeMessage\":\"other\"}")
            .post("/v1/rooms/{room}/agents", room)
            .then();

    // Then
    isProblem(response, 422, "idempotency_key_reused");
  }

  @Test
  void aSteeringCallWithTheSameKeyIsCarriedOutOnce() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    String token = participant(room, "user-1");

    // When
    for (int i = 0; i < 2; i++) {
      as(token)
          .header("Idempotency-Key", "say-1")
          .body("{\"text\":\"hello\"}")
          .post("/v1/agents/{task}/say", taskId)
          .then()
          .statusCode(202);
    }
    ValidatableResponse other =
        as(token)
            .header("Idempotency-Key", "say-1")
            .body("{\"text\":\"bye\"}")
            .post("/v1/agents/{task}/say", taskId)
            .then();
    as(token).delete("/v1/agents/{task}", taskId).then().statusCode(202);

    // Then
    isProblem(other, 422, "idempotency_key_reused");
    awaitState(taskId, "STOPPED");
    assertThat(callsOf(taskId))
        .extracting(Call::action)
        .containsExactly(Action.START, Action.UPDATE, Action.STOP);
  }

  @Test
  void aFunctionCallThatWasAnsweredIsAnsweredAlikeAndMarked() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    String first =
        answer(taskId, null, "sunny")
            .statusCode(202)
            .body("duplicate", nullValue())
            .extract()
            .path("commandId");

    // When / Then: whatever it says, with a key or without
    answer(taskId, null, "sunny").statusCode(202).body("duplicate", equalTo(true));
    answer(taskId, "k-1", "rainy")
        .statusCode(202)
        .body("duplicate", equalTo(true))
        .body("commandId", equalTo(first));
    answer(taskId, "k-1", "snowy").statusCode(202).body("duplicate", equalTo(true));
    as(operator()).delete("/v1/agents/{task}", taskId).then().statusCode(202);
    awaitState(taskId, "STOPPED");
    answer(taskId, null, "sunny").statusCode(202).body("duplicate", equalTo(true));
    assertThat(callsOf(taskId))
        .extracting(call -> call.command() + call.message())
        .filteredOn(call -> call.startsWith("function"))
        .singleElement()
        .asString()
        .contains("sunny");
  }

  @Test
  void aFunctionCallWhoseAnswerTheCloudRefusedIsAnsweredAgain() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    cloud.answering(
        call ->
            call.task().equals(taskId) && call.message().contains("sunny")
                ? new CloudProblem.Rejected("InvalidParameter", null)
                : null);
    answer(taskId, null, "sunny").statusCode(202);

    // When: as soon as the refusal is known
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> answer(taskId, null, "rainy").statusCode(202).body("duplicate", nullValue()));

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(callsOf(taskId))
                    .extracting(call -> call.command() + call.message())
                    .filteredOn(call -> call.startsWith("function"))
                    .satisfiesExactly(
                        refused -> assertThat(refused).contains("sunny"),
                        taken -> assertThat(taken).contains("rainy")));
  }

  private static ValidatableResponse answer(String taskId, @Nullable String key, String content) {
    RequestSpecification request =
        as(operator()).body("{\"toolCallId\":\"call_1\",\"content\":\"" + content + "\"}");
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return request.post("/v1/agents/{task}/tool-results", taskId).then();
  }
}
