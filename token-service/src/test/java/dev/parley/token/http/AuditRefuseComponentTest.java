package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.World;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where the audit trail comes first: without Kafka nobody gets a token. */
@QuarkusTest
@TestProfile(AuditRefuseComponentTest.Refuse.class)
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class AuditRefuseComponentTest {
  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  /** Refuses while Kafka is down, and looks at Kafka for readiness. */
  public static final class Refuse implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parley.token.audit.when-kafka-is-down",
          "refuse",
          "quarkus.smallrye-health.check.\"dev.parley.kit.kafka.KafkaReadiness\".enabled",
          "true");
    }
  }

  @Test
  void issuesNothingWhileKafkaIsDown() {
    given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .body("{\"roomId\":\"demo-1\"}")
        .post("/v1/tokens")
        .then()
        .statusCode(503)
        .header("Retry-After", "2")
        .body("code", equalTo("kafka_unavailable"))
        .body("$", not(hasKey("accessToken")));
  }

  @Test
  void isNotReadyWhileKafkaIsDown() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(503)
        .body("checks.find { it.name == 'kafka' }.status", equalTo("DOWN"))
        .body("checks.find { it.name == 'keys' }.status", equalTo("UP"));
  }
}
