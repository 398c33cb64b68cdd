package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An instance for the API alone, without credentials, that has not read what is on Kafka. */
@QuarkusTest
@TestProfile(UnreadViewComponentTest.ApiOnly.class)
@WithTestResource(SilentKafka.class)
@WithTestResource(
    value = SessionKeys.class,
    initArgs = @ResourceArg(name = SessionKeys.NO_CREDENTIALS, value = "true"))
class UnreadViewComponentTest {

  public static class ApiOnly implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("parley.agent.roles", "api", "parley.kafka.delivery-timeout", "1s");
    }
  }

  private static RequestSpecification start() {
    return given()
        .auth()
        .oauth2(participant("room-1", "user-1"))
        .contentType(ContentType.JSON)
        .body("{\"scene\":\"assistant\"}");
  }

  @Test
  void startsWithoutCredentials() {
    // When / Then
    given()
        .auth()
        .oauth2(operator())
        .get("/v1/scenes")
        .then()
        .statusCode(200)
        .body("name", hasItems("assistant", "sales"));
  }

  @Test
  void aStartWithAKeyWaitsUntilItIsKnownWhetherItIsNew() {
    // When / Then
    start()
        .header("Idempotency-Key", "k-1")
        .post("/v1/rooms/room-1/agents")
        .then()
        .statusCode(503)
        .contentType("application/problem+json")
        .header("Retry-After", "1")
        .body("code", equalTo("view_not_ready"));
  }

  @Test
  void aStartWithoutAKeyIsNewInAnyCase() {
    // When / Then: it is Kafka that it fails at
    start()
        .post("/v1/rooms/room-1/agents")
        .then()
        .statusCode(503)
        .body("code", equalTo("kafka_unavailable"));
  }

  @ParameterizedTest
  @CsvSource({"POST, /interrupt", "POST, /finish-speech", "DELETE, ''", "GET, ''", "GET, /events"})
  void aTaskThatIsNotReadIsNotSaidToBeNone(String method, String path) {
    // When / Then
    given()
        .auth()
        .oauth2(operator())
        .header("Idempotency-Key", "k-1")
        .request(method, "/v1/agents/t-1" + path)
        .then()
        .statusCode(503)
        .header("Retry-After", "1")
        .body("code", equalTo("view_not_ready"));
  }
}
