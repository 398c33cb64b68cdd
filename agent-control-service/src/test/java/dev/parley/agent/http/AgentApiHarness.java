package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.kafka.EventPublisher;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Calls the API of a service that has a real broker and a cloud in memory. */
abstract class AgentApiHarness {
  static final Duration PATIENCE = Duration.ofSeconds(40);
  static final String ASSISTANT = "{\"scene\":\"assistant\"}";

  @Inject FakeVoiceChatApi cloud;
  @Inject EventPublisher publisher;

  String room;

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

  static RequestSpecification as(String token) {
    return given().auth().oauth2(token).contentType(ContentType.JSON);
  }

  ValidatableResponse start(String token, String body) {
    return as(token).body(body).post("/v1/rooms/{room}/agents", room).then();
  }

  String started() {
    return start(participant(room, "user-1"), ASSISTANT).statusCode(202).extract().path("taskId");
  }

  void awaitState(String taskId, String state) {
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

  void appear(String taskId) {
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

  List<Call> callsOf(String taskId) {
    return cloud.calls().stream().filter(call -> call.task().equals(taskId)).toList();
  }

  static void isProblem(ValidatableResponse response, int status, String code) {
    response.statusCode(status).contentType("application/problem+json").body("code", equalTo(code));
  }
}
