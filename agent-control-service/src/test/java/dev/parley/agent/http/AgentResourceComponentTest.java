package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.analyst;
import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.EventPublisher;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class AgentResourceComponentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String ASSISTANT = "{\"scene\":\"assistant\"}";

  @Inject FakeVoiceChatApi cloud;
  @Inject EventPublisher publisher;

  private String room;

  @BeforeEach
  void newRoom() {
    room = "r-" + UUID.randomUUID();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
  }

  @AfterEach
  void answerAsUsual() {
    cloud.answering(null);
  }

  private static RequestSpecification as(String token) {
    return given().auth().oauth2(token).contentType(ContentType.JSON);
  }

  private ValidatableResponse start(String token, String body) {
    return as(token).body(body).post("/v1/rooms/{room}/agents", room).then();
  }

  private String started() {
    return start(participant(room, "user-1"), ASSISTANT).statusCode(202).extract().path("taskId");
  }

  private void awaitState(String taskId, String state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                as(operator())
                    .get("/v1/agents/{task}", taskId)
                    .then()
                    .statusCode(200)
                    .body("state", equalTo(state)));
  }

  private void appear(String taskId) {
    publisher
        .publish(
            new AgentRunStageReported(
                new AppId(Tokens.APP),
                new RoomId(room),
                System.currentTimeMillis(),
                new TaskId(taskId),
                null,
                0,
                "taskStart"),
            UUID.randomUUID().toString())
        .await()
        .atMost(PATIENCE);
  }

  private List<Call> callsOf(String taskId) {
    return cloud.calls().stream().filter(call -> call.task().equals(taskId)).toList();
  }

  private static void isProblem(ValidatableResponse response, int status, String code) {
    response.statusCode(status).contentType("application/problem+json").body("code", equalTo(code));
  }

  // ---- a whole life

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
    String first =
        as(token)
            .header("Idempotency-Key", key)
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then()
            .statusCode(202)
            .extract()
            .path("taskId");
    String second =
        as(token)
            .header("Idempotency-Key", key)
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then()
            .statusCode(202)
            .extract()
            .path("taskId");

    // Then
    assertThat(second).isEqualTo(first);
    awaitState(first, "DISPATCHED");
    assertThat(cloud.startsOf(first)).isEqualTo(1);
  }

  @Test
  void theSameKeyOfAnotherUserIsAnotherTask() {
    // Given
    String key = UUID.randomUUID().toString();

    // When
    List<String> tasks =
        List.of("user-1", "user-2").stream()
            .map(
                user ->
                    as(participant(room, user))
                        .header("Idempotency-Key", key)
                        .body(ASSISTANT)
                        .post("/v1/rooms/{room}/agents", room)
                        .then()
                        .statusCode(202)
                        .extract()
                        .<String>path("taskId"))
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
  void theEventsOfATaskCanBeFollowed() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    as(operator()).delete("/v1/agents/{task}", taskId).then().statusCode(202);

    // When: the stream ends with the task
    String stream =
        given()
            .auth()
            .oauth2(analyst())
            .accept("text/event-stream")
            .get("/v1/agents/{task}/events", taskId)
            .then()
            .statusCode(200)
            .extract()
            .asString();

    // Then
    assertThat(stream)
        .containsSubsequence(
            "dev.parley.agent.requested.v1",
            "dev.parley.agent.dispatched.v1",
            "dev.parley.agent.stopping.v1",
            "dev.parley.agent.stopped.v1")
        .contains("\"taskId\":\"" + taskId + "\"");
  }

  // ---- who may

  @ParameterizedTest
  @CsvSource({"none", "expired", "audience", "issuer", "key", "app"})
  void aCallWithoutAUsableSessionIsRefused(String fault) {
    // Given
    RequestSpecification request =
        switch (fault) {
          case "expired" -> as(Tokens.expired());
          case "audience" -> as(Tokens.forAnotherService());
          case "issuer" -> as(Tokens.ofAnotherIssuer());
          case "key" -> as(Tokens.signedWithAnotherKey());
          case "app" -> as(Tokens.withoutApp());
          default -> given().contentType(ContentType.JSON);
        };

    // When
    ValidatableResponse response =
        request.body(ASSISTANT).post("/v1/rooms/{room}/agents", room).then();

    // Then
    isProblem(response, 401, fault.equals("app") ? "session_unusable" : "unauthenticated");
  }

  @Test
  void aParticipantStaysInItsRoom() {
    // When
    ValidatableResponse response = start(participant("another-room", "user-1"), ASSISTANT);

    // Then
    isProblem(response, 403, "room_not_allowed");
  }

  @Test
  void aParticipantDoesNotSeeTasksOfOtherRooms() {
    // Given
    String taskId = started();
    String stranger = participant("another-room", "user-1");

    // When / Then
    isProblem(as(stranger).get("/v1/agents/{task}", taskId).then(), 404, "task_not_found");
    isProblem(as(stranger).delete("/v1/agents/{task}", taskId).then(), 404, "task_not_found");
    isProblem(
        as(stranger).post("/v1/agents/{task}/interrupt", taskId).then(), 404, "task_not_found");
    isProblem(
        given()
            .auth()
            .oauth2(stranger)
            .accept("text/event-stream")
            .get("/v1/agents/{task}/events", taskId)
            .then(),
        404,
        "task_not_found");
    as(stranger)
        .get("/v1/agents")
        .then()
        .statusCode(200)
        .body("items.taskId", not(hasItem(taskId)));
  }

  @Test
  void anAnalystReadsAndDoesNothing() {
    // Given
    String taskId = started();
    String agent = "/v1/agents/" + taskId;

    // When / Then
    as(analyst()).get(agent).then().statusCode(200).body("taskId", equalTo(taskId));
    isProblem(start(analyst(), ASSISTANT), 403, "forbidden");
    isProblem(as(analyst()).delete(agent).then(), 403, "forbidden");
    isProblem(as(analyst()).post(agent + "/interrupt").then(), 403, "forbidden");
    isProblem(as(analyst()).post(agent + "/finish-speech").then(), 403, "forbidden");
    isProblem(as(analyst()).body("{\"text\":\"x\"}").post(agent + "/say").then(), 403, "forbidden");
    isProblem(as(analyst()).body("{\"text\":\"x\"}").post(agent + "/ask").then(), 403, "forbidden");
    isProblem(
        as(analyst()).body("{\"text\":\"x\"}").post(agent + "/prompt").then(), 403, "forbidden");
    isProblem(
        as(analyst())
            .body("{\"toolCallId\":\"x\",\"content\":\"y\"}")
            .post(agent + "/tool-results")
            .then(),
        403,
        "forbidden");
  }

  @Test
  void aParticipantStartsAgentsForItselfOnly() {
    // When
    ValidatableResponse response =
        start(participant(room, "user-1"), "{\"scene\":\"assistant\",\"targetUserId\":\"user-2\"}");

    // Then
    isProblem(response, 403, "target_not_allowed");
  }

  @Test
  void aParticipantCannotNameTheAgentLikeAPerson() {
    // When
    ValidatableResponse response =
        start(participant(room, "user-1"), "{\"scene\":\"assistant\",\"agentUserId\":\"user-2\"}");

    // Then
    isProblem(response, 403, "agent_user_not_allowed");
  }

  @Test
  void aParticipantUsesOnlyScenesForParticipants() {
    // When
    ValidatableResponse response = start(participant(room, "user-1"), "{\"scene\":\"sales\"}");

    // Then
    isProblem(response, 403, "scene_not_allowed");
  }

  @Test
  void anOperatorUsesEverySceneForAnybody() {
    // When
    String taskId =
        start(
                operator(),
                "{\"scene\":\"sales\",\"targetUserId\":\"user-9\",\"agentUserId\":\"bot\"}")
            .statusCode(202)
            .body("targetUserId", equalTo("user-9"))
            .body("agentUserId", equalTo("bot"))
            .extract()
            .path("taskId");

    // Then
    awaitState(taskId, "DISPATCHED");
  }

  @Test
  void anApplicationThatIsNotConfiguredIsRefused() {
    // When
    ValidatableResponse response =
        start(
            Tokens.operatorOfAnotherApp(), "{\"scene\":\"assistant\",\"targetUserId\":\"user-1\"}");

    // Then
    isProblem(response, 403, "app_not_configured");
  }

  @Test
  void onlyOperatorsChangeParametersAndOnlyInNewerApplications() {
    // Given
    String taskId = started();
    String body = "{\"parameters\":{\"Config\":{}}}";

    // When / Then
    isProblem(
        as(participant(room, "user-1")).body(body).patch("/v1/agents/{task}", taskId).then(),
        403,
        "forbidden");
    isProblem(
        as(operator()).body(body).patch("/v1/agents/{task}", taskId).then(),
        422,
        "not_supported_by_version");
  }

  // ---- what is not acceptable

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"scene\":\"nowhere\",\"targetUserId\":\"u\"} | 422 | scene_unknown",
        "{\"scene\":\"newer\",\"targetUserId\":\"u\"} | 422 | scene_not_for_app",
        "{\"scene\":\"assistant\"} | 422 | target_required",
        "{\"scene\":\"assistant\",\"targetUserId\":\"u\",\"agentUserId\":\"u\"} | 422 |"
            + " agent_is_target",
        "{\"scene\":\"assistant\",\"targetUserId\":\"u\",\"overrides\":{\"Config\":{\"TTSConfig\":{}}}}"
            + " | 422 | override_not_permitted",
        "{\"targetUserId\":\"u\"} | 400 | invalid_value",
        "{\"scene\":\"assistant\",\"targetUserId\":\"u\",\"welcomeMessage\":\" \"} | 400 |"
            + " invalid_value",
        "{\"scene\":\"assistant\",\"targetUserId\":\"a b\"} | 400 | invalid_value",
        "{\"scene\":\"assistant\",\"target\":\"u\"} | 400 | malformed_body",
        "{\"scene\": | 400 | malformed_body",
      })
  void aStartThatIsNotAcceptableIsRefused(String body, int status, String code) {
    // When
    ValidatableResponse response = start(operator(), body);

    // Then
    isProblem(response, status, code);
  }

  @Test
  void namesTheOverrideThatIsNotPermitted() {
    // When
    ValidatableResponse response =
        start(
            participant(room, "user-1"),
            "{\"scene\":\"assistant\",\"overrides\":{\"Config\":{\"LLMConfig\":"
                + "{\"Temperature\":0.5,\"Url\":\"http://x\"}}}}");

    // Then
    response.statusCode(422).body("path", equalTo("Config.LLMConfig.Url"));
  }

  @Test
  void aRoomIdOutsideTheRuleIsRefused() {
    // When
    ValidatableResponse response =
        as(operator()).body(ASSISTANT).post("/v1/rooms/{room}/agents", "a b").then();

    // Then
    isProblem(response, 400, "invalid_value");
  }

  @Test
  void aKeyThatIsNotPrintableIsRefused() {
    // When
    ValidatableResponse response =
        as(participant(room, "user-1"))
            .header("Idempotency-Key", "x".repeat(256))
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then();

    // Then
    isProblem(response, 400, "invalid_value");
  }

  @Test
  void anUnknownTaskIsNotFound() {
    // When / Then
    isProblem(as(operator()).get("/v1/agents/t-nowhere").then(), 404, "task_not_found");
    isProblem(as(operator()).delete("/v1/agents/t-nowhere").then(), 404, "task_not_found");
    isProblem(as(operator()).post("/v1/agents/t-nowhere/interrupt").then(), 404, "task_not_found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "say | {} | text",
        "say | {\"text\":\"x\",\"interruptMode\":\"loud\"} | interruptMode",
        "ask | {\"text\":\"x\",\"imageUrl\":\"file:///etc/passwd\"} | imageUrl",
        "prompt | {\"text\":\"\"} | text",
        "tool-results | {\"content\":\"x\"} | toolCallId",
        "tool-results | {\"toolCallId\":\"x\"} | content",
      })
  void aSteeringCallNamesItsFault(String path, String body, String field) {
    // Given
    String taskId = started();

    // When
    ValidatableResponse response =
        as(operator()).body(body).post("/v1/agents/" + taskId + "/" + path).then();

    // Then
    isProblem(response, 400, "invalid_value");
    response.body("field", equalTo(field));
  }

  // ---- lists

  @Test
  void tasksAreListedInPages() {
    // Given
    List<String> tasks = List.of(started(), started(), started());

    // When
    ValidatableResponse first =
        as(operator()).get("/v1/agents?room={room}&limit=2", room).then().statusCode(200);
    String next = first.extract().path("next");
    ValidatableResponse second =
        as(operator())
            .get("/v1/agents?room={room}&limit=2&cursor={next}", room, next)
            .then()
            .statusCode(200);

    // Then
    List<String> seen = new ArrayList<>(first.extract().<List<String>>path("items.taskId"));
    assertThat(seen).hasSize(2);
    seen.addAll(second.extract().<List<String>>path("items.taskId"));
    assertThat(seen).containsExactlyInAnyOrderElementsOf(tasks);
    second.body("next", nullValue());
  }

  @Test
  void tasksAreListedByState() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");

    // When / Then
    as(analyst())
        .get("/v1/agents?state=dispatched&room={room}", room)
        .then()
        .statusCode(200)
        .body("items.taskId", contains(taskId));
    as(analyst())
        .get("/v1/agents?state=stopped&room={room}", room)
        .then()
        .statusCode(200)
        .body("items.size()", equalTo(0));
  }

  @ParameterizedTest
  @CsvSource({"state=asleep", "limit=0", "limit=501", "cursor=x"})
  void aQueryThatMakesNoSenseIsRefused(String query) {
    // When
    ValidatableResponse response = as(operator()).get("/v1/agents?" + query).then();

    // Then
    isProblem(response, 400, "invalid_value");
  }

  @Test
  void participantsSeeTheirScenesWithoutTemplates() {
    // When
    ValidatableResponse response = as(participant(room, "user-1")).get("/v1/scenes").then();

    // Then
    response
        .statusCode(200)
        .body("name", contains("assistant", "newer"))
        .body("[0].body", nullValue());
  }

  @Test
  void operatorsSeeEverySceneWithSecretsMasked() {
    // When
    ValidatableResponse response = as(operator()).get("/v1/scenes").then();

    // Then
    response
        .statusCode(200)
        .body("name", contains("assistant", "newer", "sales"))
        .body("[2].body.Config.LLMConfig.APIKey", equalTo("****"));
  }
}
