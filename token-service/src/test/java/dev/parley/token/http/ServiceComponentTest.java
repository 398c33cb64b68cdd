package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.parley.token.policy.Decision;
import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the service is around its API: limits of bodies, origins, health, metrics, OpenAPI. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class ServiceComponentTest extends ApiCalls {
  @Test
  void isClosedToPagesOfOtherOrigins() {
    given()
        .header("Origin", "https://evil.example.com")
        .header("Access-Control-Request-Method", "POST")
        .options("/v1/tokens")
        .then()
        .header("Access-Control-Allow-Origin", nullValue());
    with(bearer("alice-cors", "participant"), "{\"roomId\":\"demo-1\"}")
        .header("Origin", "https://evil.example.com")
        .post("/v1/tokens")
        .then()
        .statusCode(403)
        .header("Access-Control-Allow-Origin", nullValue());
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    assertProblem(
        issue(bearer("alice-large", "participant"), "{\"roomId\":\"" + "x".repeat(70_000) + "\"}"),
        413,
        "body_too_large");
  }

  @Test
  void saysSoWhenThereIsNothing() {
    String alice = bearer("alice-lost", "participant");

    assertProblem(with(alice, "{}").post("/v1/token").then(), 404, "not_found");
    assertProblem(
        with(alice, "{}").put("/v1/tokens").then().header("Allow", "POST"),
        405,
        "method_not_allowed");
    assertProblem(
        with(alice, "{}").contentType(ContentType.TEXT).post("/v1/tokens").then(),
        415,
        "unsupported_media_type");
  }

  @Test
  void isReadyWithItsKeysThoughKafkaIsDown() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'keys' }.status", equalTo("UP"))
        .body("checks.find { it.name == 'keys' }.data.applications", equalTo(2))
        .body("checks.find { it.name == 'keys' }.data.sessionKeys", equalTo(1));
  }

  @Test
  void countsByAppAndOutcome() {
    // Given
    issue(bearer("alice-metrics", "participant"), "{\"roomId\":\"demo-1\"}").statusCode(201);
    issue(bearer("alice-metrics", "participant"), "{\"roomId\":\"prod-1\"}").statusCode(403);
    issue("abc", "{}").statusCode(401);

    // Then
    String metrics = given().get("/q/metrics").then().statusCode(200).extract().asString();
    assertThat(metrics)
        .contains("parley_token_requests_total{app=\"default\",outcome=\"issued\"}")
        .contains("parley_token_requests_total{app=\"default\",outcome=\"room_not_allowed\"}")
        .contains("parley_token_callers_refused_total{reason=\"malformed\"}")
        .contains("parley_token_audit_lost_total 0.0");
  }

  private static final Map<String, String> REQUEST_EXAMPLES =
      Map.of(
          "/v1/tokens", "room",
          "/v1/tokens/batch", "batch",
          "/v1/tokens/inspect", "token",
          "/v1/sessions", "operator");

  private static final Map<String, String> ANSWER_EXAMPLES =
      Map.of(
          "/v1/tokens", "token",
          "/v1/tokens/batch", "batch",
          "/v1/tokens/inspect", "expired",
          "/v1/sessions", "operator");

  private static JsonPath api() {
    return given()
        .accept(ContentType.JSON)
        .get("/q/openapi?format=json")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  @Test
  void describesItselfWithAnExamplePerOperation() {
    JsonPath api = api();

    assertThat(api.getString("openapi")).isEqualTo("3.1.0");
    assertThat(api.getString("info.title")).isEqualTo("Parley token-service");
    REQUEST_EXAMPLES.forEach(
        (path, name) ->
            assertThat(
                    api.<String, Object>getMap(
                        "paths.'"
                            + path
                            + "'.post.requestBody.content.'application/json'.examples"))
                .as(path)
                .containsOnlyKeys(name));
    ANSWER_EXAMPLES.forEach(
        (path, name) ->
            assertThat(
                    api.<String, Object>getMap(
                        "paths.'"
                            + path
                            + "'.post.responses.find { it.key.startsWith('2') }"
                            + ".value.content.'application/json'.examples"))
                .as(path)
                .containsOnlyKeys(name));
    given().get("/q/swagger-ui/").then().statusCode(200);
  }

  @Test
  void describesTheHeadersOfItsAnswers() {
    JsonPath api = api();
    Map<String, Set<String>> expected =
        Map.of(
            "/v1/tokens", Set.of("RateLimit", "RateLimit-Policy", "X-Request-Id"),
            "/v1/tokens/batch", Set.of("RateLimit", "RateLimit-Policy", "X-Request-Id"),
            "/v1/tokens/inspect", Set.of("RateLimit", "RateLimit-Policy"),
            "/v1/sessions", Set.of("RateLimit", "RateLimit-Policy", "X-Request-Id"));

    expected.forEach(
        (path, headers) -> {
          String responses = "paths.'" + path + "'.post.responses";
          assertThat(
                  api.<String, Object>getMap(
                          responses + ".find { it.key.startsWith('2') }.value.headers")
                      .keySet())
              .as(path)
              .isEqualTo(headers);
          assertThat(api.<String, Object>getMap(responses + ".'429'.headers"))
              .as(path)
              .containsOnlyKeys("Retry-After", "RateLimit", "RateLimit-Policy");
        });
  }

  /** The codes of all errors that an operation documents, each with a fitting example. */
  private static Set<String> documented(JsonPath api, String path) {
    Set<String> codes = new HashSet<>();
    String responses = "paths.'" + path + "'.post.responses";
    api.<String, Object>getMap(responses)
        .keySet()
        .forEach(
            status ->
                Optional.ofNullable(
                        api.<String, Map<String, Map<String, Object>>>getMap(
                            responses
                                + ".'"
                                + status
                                + "'.content.'application/problem+json'.examples"))
                    .orElse(Map.of())
                    .forEach(
                        (code, example) -> {
                          assertThat(example.get("value"))
                              .as(path + " " + status + " " + code)
                              .containsEntry("code", code)
                              .containsEntry("status", Integer.valueOf(status));
                          codes.add(code);
                        }));
    return codes;
  }

  @Test
  void describesItsErrorsWithAnExampleOfEach() {
    JsonPath api = api();
    Set<String> everywhere =
        Set.of(
            "malformed_body",
            "invalid_value",
            "unauthenticated",
            "body_too_large",
            "unsupported_media_type",
            "rate_limited",
            "internal_error",
            "identity_provider_unavailable");

    REQUEST_EXAMPLES
        .keySet()
        .forEach(path -> assertThat(documented(api, path)).as(path).containsAll(everywhere));
    List<String> policy =
        Arrays.stream(Decision.Code.values()).map(Decision.Code::wireName).toList();
    assertThat(documented(api, "/v1/tokens"))
        .containsAll(policy)
        .contains("unknown_app", "kafka_unavailable");
    assertThat(documented(api, "/v1/tokens/batch"))
        .containsAll(policy)
        .contains("users_required", "batch_too_large", "duplicate_user", "room_required");
    assertThat(documented(api, "/v1/tokens/inspect")).contains("token_required");
    assertThat(documented(api, "/v1/sessions"))
        .contains("role_not_allowed", "app_not_allowed", "unknown_app", "kafka_unavailable");
  }
}
