package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Session JWTs and the keys that they are verified with. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class SessionComponentTest extends ApiCalls {
  @Test
  void givesOperatorsAndAnalystsASession() throws Exception {
    // When
    JsonPath olga =
        with(bearer("olga", "operator", "analyst"), "{}")
            .post("/v1/sessions")
            .then()
            .statusCode(201)
            .header("Cache-Control", "no-store")
            .header("X-Request-Id", matchesPattern(UUID))
            .header("RateLimit-Policy", "\"operator\";q=1000;w=600")
            .body("role", equalTo("operator"))
            .body("subject", equalTo("olga"))
            .extract()
            .jsonPath();

    // Then
    JwtClaims session = session(olga.getString("token"), "parley-agent-control");
    assertThat(session.getSubject()).isEqualTo("olga");
    assertThat(Instant.parse(olga.getString("renewAfter")))
        .isEqualTo(Instant.ofEpochSecond(session.getIssuedAt().getValue()).plusSeconds(720));
    assertThat(session.getStringListClaimValue("groups")).containsExactly("operator");
    assertThat(session.hasClaim("room")).isFalse();
    with(bearer("olga", "operator", "analyst"), "{\"role\":\"analyst\"}")
        .post("/v1/sessions")
        .then()
        .statusCode(201)
        .body("role", equalTo("analyst"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "participant|{}|403|role_not_allowed",
        "analyst|{\"role\":\"operator\"}|403|role_not_allowed",
        "operator|{\"role\":\"participant\"}|403|role_not_allowed",
        "operator|{\"role\":\"king\"}|400|invalid_value",
        "operator|{\"app\":\"nope\"}|422|unknown_app"
      })
  void refusesASession(String role, String body, int status, String code) {
    assertProblem(
        with(bearer("session-" + role, role), body).post("/v1/sessions").then(), status, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "operator|{\"role\":\"analyst\"}|The caller does not have the role analyst: ask for"
            + " operator, or leave role out.",
        "analyst|{\"role\":\"operator\"}|The caller does not have the role operator: ask for"
            + " analyst, or leave role out.",
        "operator|{\"role\":\"participant\"}|Participants get their session with POST /v1/tokens:"
            + " ask for operator or analyst here.",
        "participant|{\"role\":\"operator\"}|The caller is neither operator nor analyst:"
            + " participants get their session with POST /v1/tokens.",
        "participant|{}|The caller is neither operator nor analyst: participants get their session"
            + " with POST /v1/tokens."
      })
  void saysWhichRoleIsMissing(String role, String body, String detail) {
    with(bearer("missing-" + role, role), body)
        .post("/v1/sessions")
        .then()
        .statusCode(403)
        .body("code", equalTo("role_not_allowed"))
        .body("detail", equalTo(detail));
  }

  @Test
  void saysThatTheApplicationIsNotForTheCallersProvider() {
    String stranger = world.partner().token(Instant.now(), "session-partner", "operator");

    with(stranger, "{\"app\":\"listening\"}")
        .post("/v1/sessions")
        .then()
        .statusCode(403)
        .body("code", equalTo("app_not_allowed"))
        .body(
            "detail",
            equalTo(
                "Callers of your identity provider may not use this application: name another"
                    + " app."));
  }

  @Test
  void publishesItsKeysWithCacheHeaders() {
    // When
    ValidatableResponse keys = given().get("/.well-known/jwks.json").then();

    // Then
    keys.statusCode(200)
        .header("Cache-Control", "public, max-age=300")
        .body("keys", hasSize(1))
        .body("keys[0]", hasEntry("alg", "ES256"))
        .body("keys[0]", not(hasKey("d")));
    String tag = keys.extract().header("ETag");
    given().header("If-None-Match", tag).get("/.well-known/jwks.json").then().statusCode(304);
  }
}
