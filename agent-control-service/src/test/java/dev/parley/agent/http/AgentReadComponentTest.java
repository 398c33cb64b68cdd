package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.analyst;
import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.agent.Samples;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks, their events and scenes, as callers see them. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class AgentReadComponentTest extends AgentApiHarness {

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

  @Test
  void whatWaitsForTheCloudKnowsItsPlace() {
    // Given: two starts of one room, and a cloud that has not answered the first one
    CountDownLatch answer = new CountDownLatch(1);
    cloud.answering(
        call -> {
          if (call.room().equals(room)) {
            awaitQuietly(answer);
          }
          return null;
        });
    String first = started();
    String second = started();

    // When
    ValidatableResponse next = as(operator()).get("/v1/agents/{task}", first).then();
    ValidatableResponse then = as(operator()).get("/v1/agents/{task}", second).then();

    // Then
    next.body("state", equalTo("REQUESTED"))
        .body("waiting.action", equalTo("StartVoiceChat"))
        .body("waiting.place", equalTo(1))
        .body("waiting.expectedWaitSeconds", equalTo(0f));
    then.body("state", equalTo("REQUESTED")).body("waiting.place", equalTo(2));

    // When
    answer.countDown();

    // Then
    awaitState(second, "DISPATCHED");
    as(operator()).get("/v1/agents/{task}", second).then().body("waiting", nullValue());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFollowerResumesAfterTheLastEventThatItHas() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    as(operator()).delete("/v1/agents/{task}", taskId).then().statusCode(202);
    awaitState(taskId, "STOPPED");
    List<String> ids =
        events(taskId, null)
            .lines()
            .filter(line -> line.startsWith("id:"))
            .map(line -> line.substring(3).strip())
            .toList();
    assertThat(ids).hasSize(4).doesNotHaveDuplicates();

    // When
    String rest = events(taskId, ids.get(1));

    // Then
    assertThat(rest)
        .containsSubsequence("dev.parley.agent.stopping.v1", "dev.parley.agent.stopped.v1")
        .doesNotContain("dev.parley.agent.requested.v1", "dev.parley.agent.dispatched.v1");
    String last = ids.getLast();
    for (String other : List.of("yesterday", "0", "-1", "x-999", last + "-", "1" + last, "99-1")) {
      as(analyst())
          .header("Last-Event-ID", other)
          .accept("text/event-stream")
          .get("/v1/agents/{task}/events", taskId)
          .then()
          .statusCode(400)
          .body("code", equalTo("invalid_value"))
          .body("detail", containsString("Last-Event-ID"));
    }
  }

  private static String events(String taskId, @Nullable String lastEventId) {
    RequestSpecification request = given().auth().oauth2(analyst()).accept("text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    return request
        .get("/v1/agents/{task}/events", taskId)
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }

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
  @CsvSource({
    "state=asleep, state",
    "limit=0, limit",
    "limit=501, limit",
    "limit=abc, limit",
    "limit=1.5, limit",
    "limit=99999999999, limit",
    "cursor=x, cursor",
  })
  void aQueryThatMakesNoSenseIsRefused(String query, String parameter) {
    // When
    ValidatableResponse response = as(operator()).get("/v1/agents?" + query).then();

    // Then
    isProblem(response, 400, "invalid_value");
    response
        .body("parameter", equalTo(parameter))
        .body("detail", startsWith("Parameter " + parameter + " must be"));
  }

  @Test
  void aStreamTellsWhatWasUsedBeforeItEnds() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    appear(taskId);
    awaitState(taskId, "RUNNING");
    as(operator()).delete("/v1/agents/{task}", taskId).then().statusCode(202);

    // When
    List<String> types =
        events(taskId, null)
            .lines()
            .filter(line -> line.startsWith("event:"))
            .map(line -> line.substring(6).strip())
            .toList();

    // Then
    assertThat(types).endsWith("dev.parley.agent.usage-measured.v1", "dev.parley.agent.stopped.v1");
  }

  @Test
  void whoHasTheEndOfATaskIsToldNotToComeBack() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");
    as(operator()).delete("/v1/agents/{task}", taskId).then().statusCode(202);
    awaitState(taskId, "STOPPED");
    String end =
        events(taskId, null)
            .lines()
            .filter(line -> line.startsWith("id:"))
            .map(line -> line.substring(3).strip())
            .reduce((first, second) -> second)
            .orElseThrow();
    String partition = end.substring(0, end.indexOf('-'));
    long offset = Long.parseLong(end.substring(end.indexOf('-') + 1));

    // When / Then
    for (String id : List.of(end, partition + "-" + (offset + 1))) {
      given()
          .auth()
          .oauth2(analyst())
          .accept("text/event-stream")
          .header("Last-Event-ID", id)
          .get("/v1/agents/{task}/events", taskId)
          .then()
          .statusCode(204)
          .body(equalTo(""));
    }
    assertThat(events(taskId, partition + "-" + (offset - 1)))
        .contains("dev.parley.agent.stopped.v1");
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

  @Test
  void aTaskThatAnotherInstanceHasJustTakenIsFound() {
    for (int i = 0; i < 20; i++) {
      // Given: Kafka has the start, and this instance may not have read it yet
      TaskId task = new TaskId("t-" + UUID.randomUUID());
      StartAgent start = Samples.start(new RoomId(room), task, "c-" + task, Instant.now());

      // When
      publisher.publish(start, start.commandId().value()).await().atMost(PATIENCE);

      // Then
      if (i % 2 == 0) {
        as(operator()).get("/v1/agents/{task}", task.value()).then().statusCode(200);
      } else {
        as(operator()).delete("/v1/agents/{task}", task.value()).then().statusCode(202);
      }
    }
  }

  @Test
  void theEventsOfATaskThatIsNotThereCannotBeFollowed() {
    // When / Then
    isProblem(as(operator()).get("/v1/agents/t-nowhere/events").then(), 404, "task_not_found");
  }
}
