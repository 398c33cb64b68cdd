package dev.parley.token.http;

import static dev.parley.token.support.AuditTopic.event;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import dev.parley.events.TokenEvent;
import dev.parley.token.support.AuditTopic;
import dev.parley.token.support.LateKafka;
import dev.parley.token.support.World;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What was issued while Kafka was down is on record when it is back. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(LateKafka.class)
class BufferedAuditIT {
  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  LateKafka kafka;

  @Test
  void arrivesWhenKafkaIsBack() {
    // Given
    String requestId =
        given()
            .auth()
            .oauth2(world.main().token(Instant.now(), "olga", "operator"))
            .contentType(ContentType.JSON)
            .body("{\"roomId\":\"late-1\",\"userIds\":[\"a\",\"b\"]}")
            .post("/v1/tokens/batch")
            .then()
            .statusCode(201)
            .extract()
            .header("X-Request-Id");
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'keys' }.data.auditWaiting", greaterThanOrEqualTo(2));

    // When
    String bootstrapServers = kafka.comeUp();

    // Then
    assertThat(AuditTopic.records(bootstrapServers, requestId, 2))
        .extracting(record -> ((TokenEvent.TokenIssued) event(record)).userId().value())
        .containsExactly("a", "b");
  }
}
