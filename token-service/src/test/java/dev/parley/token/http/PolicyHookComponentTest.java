package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.World;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's own policy service decides last, and no answer is a no. */
@QuarkusTest
@TestProfile(PolicyHookComponentTest.WithHook.class)
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class PolicyHookComponentTest {
  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  /** Switches the hook on. */
  public static final class WithHook implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "parley.token.policy.hook.url",
          "${test.hook.url}",
          "parley.token.policy.hook.token",
          "hook-secret",
          "parley.token.policy.hook.timeout",
          "500ms");
    }
  }

  @BeforeEach
  void forget() {
    world.hookQuestions().clear();
  }

  private ValidatableResponse issue(String body) {
    return given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v1/tokens")
        .then();
  }

  @Test
  void asksWhoWantsWhatAndIssuesOnYes() {
    // Given
    world.hookAnswers(200, "{\"allow\":true}");

    // When
    issue("{\"roomId\":\"demo-1\",\"userId\":\"bob\",\"privileges\":[\"subscribe\"]}")
        .statusCode(201)
        .body("ttlClamped", is(false));

    // Then
    assertThat(world.hookQuestions())
        .singleElement()
        .asString()
        .startsWith("Bearer hook-secret {")
        .contains(
            "\"appId\":\"123456781234567812345678\"",
            "\"roomId\":\"demo-1\"",
            "\"userId\":\"bob\"",
            "\"privileges\":[\"subscribe\"]",
            "\"ttlSeconds\":3600",
            "\"session\":true",
            "\"issuer\":\"https://idp.example.com\"",
            "\"subject\":\"olga\"",
            "\"roles\":[\"operator\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"roomId\":\"demo-1\",\"session\":false}", "{\"roomId\":\"*\"}"})
  void saysThatNoSessionGoesWithTheToken(String body) {
    // Given
    world.hookAnswers(200, "{\"allow\":true}");

    // When
    issue(body).statusCode(201);

    // Then
    assertThat(world.hookQuestions()).singleElement().asString().contains("\"session\":false");
  }

  @Test
  void isNotAskedAboutSessionsForEveryRoom() {
    // Given: it would say no
    world.hookAnswers(200, "{\"allow\":false}");

    // When
    given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .body("{}")
        .post("/v1/sessions")
        .then()
        .statusCode(201);

    // Then
    assertThat(world.hookQuestions()).isEmpty();
  }

  @Test
  void asksForEachUserOfABatch() {
    // Given
    world.hookAnswers(200, "{\"allow\":true}");

    // When
    given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .body("{\"roomId\":\"demo-1\",\"userIds\":[\"alice\",\"bob\"]}")
        .post("/v1/tokens/batch")
        .then()
        .statusCode(201)
        .body("tokens", hasSize(2));

    // Then
    assertThat(world.hookQuestions()).hasSize(2);
  }

  @Test
  void cutsTheTtlAsTheHookSays() {
    // Given
    world.hookAnswers(200, "{\"allow\":true,\"maxTtlSeconds\":300}");

    // Then
    issue("{\"roomId\":\"demo-1\"}")
        .statusCode(201)
        .body("ttlSeconds", equalTo(300))
        .body("ttlClamped", is(true));
  }

  @Test
  void refusesOnNoWithTheOperatorsReason() {
    // Given
    world.hookAnswers(200, "{\"allow\":false,\"reason\":\"the trial has ended\"}");

    // Then
    issue("{\"roomId\":\"demo-1\"}")
        .statusCode(403)
        .body("code", equalTo("policy_refused"))
        .body("detail", equalTo("The operator's policy refuses: the trial has ended"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|{\"allow\":\"true\"}",
        "200|{\"allow\":1}",
        "200|{}",
        "200|yes",
        "200|{\"allow\":true,\"maxTtlSeconds\":0}",
        "200|{\"allow\":true,\"maxTtlSeconds\":\"300\"}",
        "204|''",
        "302|{\"allow\":true}",
        "500|{\"allow\":true}",
        "0|never"
      })
  void refusesWhenThereIsNoAnswerThatItUnderstands(int status, String body) {
    // Given
    world.hookAnswers(status, body);

    // Then
    issue("{\"roomId\":\"demo-1\"}")
        .statusCode(503)
        .header("Retry-After", "2")
        .body("code", equalTo("policy_unavailable"));
  }

  @Test
  void givesUpAnAnswerThatIsTooLarge() {
    // Given
    world.hookAnswers(200, "{\"allow\":true,\"reason\":\"" + "x".repeat(16 * 1024) + "\"}");

    // Then
    issue("{\"roomId\":\"demo-1\"}")
        .statusCode(503)
        .body("code", equalTo("policy_unavailable"))
        .body("detail", containsString("(the answer is larger than 16384 bytes)"));
  }

  @Test
  void saysThatTheHookTookTooLong() {
    // Given
    world.hookAnswers(0, "never");

    // Then
    issue("{\"roomId\":\"demo-1\"}")
        .statusCode(503)
        .body("detail", containsString("(no answer within 500 ms)"));
  }

  @Test
  void isNotAskedAboutWhatIsRefusedAnyway() {
    // Given
    world.hookAnswers(200, "{\"allow\":true}");

    // When
    issue("{\"roomId\":\"demo-1\",\"ttlSeconds\":1}").statusCode(422);

    // Then
    assertThat(world.hookQuestions()).isEmpty();
  }
}
