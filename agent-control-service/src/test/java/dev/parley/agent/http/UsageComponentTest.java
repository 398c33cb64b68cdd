package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.analyst;
import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.StopReason;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.EventPublisher;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(UsageComponentTest.Budget.class)
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class UsageComponentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final AppId APP = new AppId(Tokens.APP);
  private static final Instant PAST = Instant.parse("2025-06-15T15:30:00Z");
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  public static class Budget implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parley.agent.apps.default.daily-budget", "1h",
          "parley.agent.usage.time-zone", "Asia/Shanghai",
          // What the test tells happened long ago.
          "parley.agent.usage.history", "3650d");
    }
  }

  @Inject EventPublisher publisher;

  @BeforeEach
  void ready() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
  }

  private void publish(AgentEvent event) {
    publisher.publish(event, UUID.randomUUID().toString()).await().atMost(PATIENCE);
  }

  private static AgentUsageMeasured used(String task, String scene, Instant from, Duration active) {
    return new AgentUsageMeasured(
        APP,
        new RoomId("room-1"),
        from.plus(active).toEpochMilli(),
        new TaskId(task),
        scene,
        from.toEpochMilli(),
        active.toMillis());
  }

  private static ValidatableResponse usage(String token, String query) {
    return given().auth().oauth2(token).get("/v1/usage?" + query).then();
  }

  @Test
  void sumsWhatAgentsUsedAndWhatTheCloudSays() {
    // Given
    publish(used("t-u1", "sales", PAST, Duration.ofMinutes(60)));
    publish(used("t-u2", "support", PAST, Duration.ofSeconds(90)));
    publish(
        new AgentUsageReported(
            APP,
            new RoomId("room-1"),
            PAST.plusSeconds(100).toEpochMilli(),
            new TaskId("t-u2"),
            null,
            JsonNodeFactory.instance.objectNode().put("ActiveSeconds", 91)));
    String all = "from=2025-06-15&to=2025-06-17";

    // When / Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                usage(operator(), all + "&by=scene")
                    .statusCode(200)
                    .body("timeZone", equalTo("Asia/Shanghai"))
                    .body("items.key", contains("sales", "support"))
                    .body("items.activeSeconds", contains(3600.0f, 90.0f))
                    .body("items.tasks", contains(1, 1))
                    .body("items.unseenTasks", contains(0, 0))
                    .body("items[1].cloud.ActiveSeconds", equalTo(91.0f)));
    // Midnight in Shanghai is at 16:00 UTC.
    usage(analyst(), all + "&by=day")
        .statusCode(200)
        .body("items.key", contains("2025-06-15", "2025-06-16"))
        .body("items.activeSeconds", contains(1890.0f, 1800.0f));
    usage(operator(), all + "&by=task").body("items.key", hasItems("t-u1", "t-u2"));
    usage(operator(), all + "&by=app")
        .body("items.key", contains(Tokens.APP))
        .body("items.activeSeconds", contains(3690.0f));
    usage(operator(), "from=2025-06-15T15:31:00Z&to=2025-06-15T15:32:00Z&by=app")
        .body("items.activeSeconds", contains(90.0f));
  }

  @Test
  void anAgentThatNobodySawIsCountedAndMarked() {
    // Given
    RoomId room = new RoomId("room-unseen");
    TaskId task = new TaskId("t-unseen");
    long at = PAST.minus(Duration.ofDays(7)).toEpochMilli();
    publish(
        new AgentRequested(
            APP,
            room,
            at,
            task,
            new CommandId("c-unseen"),
            "support",
            new UserId("agent-1"),
            new UserId("user-1"),
            "user-1"));
    publish(new AgentDispatched(APP, room, at, task, null));
    publish(new AgentStopped(APP, room, at, task, StopReason.ENDED_BY_CLOUD, 0));
    publish(
        new AgentUsageReported(
            APP,
            room,
            at,
            task,
            null,
            JsonNodeFactory.instance.objectNode().put("ActiveSeconds", 12)));

    // When / Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                usage(operator(), "from=2025-06-08&to=2025-06-09&by=scene")
                    .statusCode(200)
                    .body("items.key", contains("support"))
                    .body("items.activeSeconds", contains(0.0f))
                    .body("items.tasks", contains(1))
                    .body("items.unseenTasks", contains(1))
                    .body("items[0].cloud.ActiveSeconds", equalTo(12.0f)));
  }

  @ParameterizedTest
  @CsvSource({
    "by=colour, by",
    "from=yesterday, from",
    "to=2025-06-31, to",
    "from=2025-06-16&to=2025-06-15, from",
  })
  void aQueryThatMakesNoSenseIsRefused(String query, String parameter) {
    // When / Then
    usage(operator(), query)
        .statusCode(400)
        .body("code", equalTo("invalid_value"))
        .body("parameter", equalTo(parameter));
  }

  @Test
  void participantsAreNotTold() {
    // When / Then
    usage(participant("room-1", "user-1"), "by=app").statusCode(403);
  }

  @Test
  void aBudgetThatIsUsedUpRefusesFurtherStartsUntilMidnight() {
    // Given
    String room = "r-" + UUID.randomUUID();
    Instant now = Instant.now();
    Instant midnight =
        now.atZone(SHANGHAI).toLocalDate().plusDays(1).atStartOfDay(SHANGHAI).toInstant();
    start(room, "k-before").statusCode(202);

    // When
    publish(used("t-budget", "sales", now.minusSeconds(1), Duration.ofHours(2)));

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                start(room, "k-" + UUID.randomUUID())
                    .statusCode(402)
                    .contentType("application/problem+json")
                    .body("code", equalTo("budget_used_up"))
                    .body("budgetSeconds", equalTo(3600))
                    .body("resetsAt", equalTo(midnight.toString())));
    // What was started before is still answered: it is no further start.
    start(room, "k-before").statusCode(202);
    int wait =
        Integer.parseInt(start(room, "k-" + UUID.randomUUID()).extract().header("Retry-After"));
    assertThat(wait).isBetween(1, 86_401);
  }

  private static ValidatableResponse start(String room, String key) {
    return given()
        .auth()
        .oauth2(participant(room, "user-1"))
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body("{\"scene\":\"assistant\"}")
        .post("/v1/rooms/{room}/agents", room)
        .then();
  }
}
