package dev.parley.agent.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(WorkerRoleComponentTest.WorkerOnly.class)
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class WorkerRoleComponentTest {

  public static class WorkerOnly implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("parley.agent.roles", "worker");
    }
  }

  @Test
  void aWorkerServesNoApi() {
    // When / Then
    given()
        .auth()
        .oauth2(Tokens.operator())
        .get("/v1/agents")
        .then()
        .statusCode(404)
        .body("code", equalTo("not_found"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/scenes",
        "/q/openapi",
        "/q/openapi?format=json",
        "/q/swagger-ui",
        "/q/swagger-ui/index.html",
        "/q/../q/openapi",
        "/openapi",
        "/",
        "/q/healthy",
      })
  void aWorkerDescribesNoApi(String path) {
    // When / Then
    given()
        .urlEncodingEnabled(false)
        .get(path)
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("code", equalTo("not_found"));
  }

  @Test
  void aWorkerServesHealthAndMetrics() {
    // When / Then
    given().get("/q/health/live").then().statusCode(200);
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("parley_agent_tasks_entered_total{state=\"FAILED\"} 0.0"))
        .body(containsString("parley_agent_records_refused_total{reader=\"worker\"} 0.0"))
        .body(containsString("parley_agent_billed_seconds_avoided_total 0.0"));
  }
}
