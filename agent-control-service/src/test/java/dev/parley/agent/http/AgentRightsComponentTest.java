package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.analyst;
import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class AgentRightsComponentTest extends AgentApiHarness {

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE | | ",
        "POST | /interrupt | ",
        "POST | /finish-speech | ",
        "POST | /say | {\"text\":\"x\"}",
        "POST | /ask | {\"text\":\"x\"}",
        "POST | /prompt | {\"text\":\"x\"}",
        "POST | /tool-results | {\"toolCallId\":\"x\",\"content\":\"y\"}",
      })
  void aParticipantDoesNotSteerAgentsOfScenesThatAreNotForParticipants(
      String method, @Nullable String path, @Nullable String body) {
    // Given
    String taskId =
        start(operator(), "{\"scene\":\"sales\",\"targetUserId\":\"user-1\"}")
            .statusCode(202)
            .extract()
            .path("taskId");
    String participant = participant(room, "user-1");
    RequestSpecification request = as(participant);
    if (body != null) {
      request.body(body);
    }

    // When
    ValidatableResponse response =
        request.request(method, "/v1/agents/" + taskId + (path == null ? "" : path)).then();

    // Then
    isProblem(response, 403, "agent_not_allowed");
    as(participant).get("/v1/agents/{task}", taskId).then().statusCode(200);
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

  @Test
  void operatorsChangeParametersInNewerApplications() {
    // Given
    String newer = Tokens.operatorOfNewerApp();
    String taskId =
        start(newer, "{\"scene\":\"newer\",\"targetUserId\":\"user-1\"}")
            .statusCode(202)
            .extract()
            .path("taskId");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                as(newer)
                    .get("/v1/agents/{task}", taskId)
                    .then()
                    .body("state", equalTo("DISPATCHED")));

    // When
    as(newer)
        .body("{\"parameters\":{\"Config\":{\"InterruptMode\":1}}}")
        .patch("/v1/agents/{task}", taskId)
        .then()
        .statusCode(202)
        .body("taskId", equalTo(taskId));

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(callsOf(taskId))
                    .extracting(Call::action, Call::command)
                    .containsExactly(
                        tuple(Action.START, ""), tuple(Action.UPDATE, "UpdateParameters")));
  }
}
