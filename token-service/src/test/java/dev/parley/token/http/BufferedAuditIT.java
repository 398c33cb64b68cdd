package dev.parley.token.http;

import static dev.parley.token.support.AuditTopic.event;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.events.TokenEvent;
import dev.parley.token.support.AuditTopic;
import dev.parley.token.support.LateKafka;
import dev.parley.token.support.World;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What was issued while Kafka was down is on record when it is back, however often that is. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(LateKafka.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BufferedAuditIT {
  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  LateKafka kafka;

  @Test
  @Order(1)
  void arrivesWhenKafkaComesForTheFirstTime() {
    // Given: a broker that was never there
    String first = issuedFor("a", "b");
    awaitWaiting(2);

    // When
    String bootstrapServers = kafka.comeUp();

    // Then
    // Both were on their way together, so either may be the first that gets through.
    assertThat(usersOnRecord(bootstrapServers, first, 2)).containsExactlyInAnyOrder("a", "b");
    awaitWaiting(0);
  }

  @Test
  @Order(2)
  void arrivesWhenKafkaIsBack() {
    // Given: a broker that was there and is gone
    kafka.goDown();
    String second = issuedFor("c", "d", "e");
    awaitWaiting(3);

    // When
    String bootstrapServers = kafka.comeUp();

    // Then: likewise
    assertThat(usersOnRecord(bootstrapServers, second, 3)).containsExactlyInAnyOrder("c", "d", "e");
    awaitWaiting(0);
    assertThat(given().get("/q/metrics").asString()).contains("parley_token_audit_lost_total 0.0");
  }

  private String issuedFor(String... users) {
    return given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .body("{\"roomId\":\"late-1\",\"userIds\":[\"" + String.join("\",\"", users) + "\"]}")
        .post("/v1/tokens/batch")
        .then()
        .statusCode(201)
        .extract()
        .header("X-Request-Id");
  }

  private static void awaitWaiting(int records) {
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () -> {
              ValidatableResponse ready = given().get("/q/health/ready").then().statusCode(200);
              ready.body("checks.find { it.name == 'keys' }.data.auditWaiting", equalTo(records));
            });
  }

  private static List<String> usersOnRecord(String bootstrapServers, String requestId, int count) {
    return AuditTopic.records(bootstrapServers, requestId, count).stream()
        .map(record -> ((TokenEvent.TokenIssued) event(record)).userId().value())
        .toList();
  }
}
