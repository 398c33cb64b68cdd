package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.TestIssuer;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call at all. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class CallerComponentTest extends ApiCalls {
  @Test
  void refusesACallerWithoutAToken() {
    ValidatableResponse response =
        given().contentType(ContentType.JSON).body("{}").post("/v1/tokens").then();

    assertProblem(response, 401, "unauthenticated");
    response.header("WWW-Authenticate", startsWith("Bearer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/tokens", "/v1/tokens/batch", "/v1/tokens/inspect", "/v1/sessions"})
  void everyOperationNeedsACaller(String path) {
    assertProblem(
        given().contentType(ContentType.JSON).body("{}").post(path).then(), 401, "unauthenticated");
    assertProblem(with("not-a-jwt", "{}").post(path).then(), 401, "unauthenticated");
  }

  @Test
  void refusesEveryKindOfBadBearerTokenWithItsReason() {
    Instant now = Instant.now();
    TestIssuer main = world.main();
    JwtClaims claims = main.claims(now, "mallory", "operator");
    Map<String, String> bad =
        Map.of(
            "algorithm_not_allowed",
            TestIssuer.sign(claims, jws -> jws.setAlgorithmHeaderValue("none")),
            "wrong_signature",
            TestIssuer.sign(
                claims,
                jws -> {
                  jws.setAlgorithmHeaderValue("ES256");
                  jws.setKeyIdHeaderValue("key-1");
                  jws.setKey(TestIssuer.newKey("key-1").getPrivateKey());
                }),
            "unknown_key",
            TestIssuer.sign(
                claims,
                jws -> {
                  jws.setAlgorithmHeaderValue("ES256");
                  jws.setKeyIdHeaderValue("key-9");
                  jws.setKey(main.signing().getPrivateKey());
                }),
            "unknown_issuer",
            new TestIssuer("https://elsewhere.example.com").token(now, "mallory", "operator"),
            "wrong_audience",
            main.token(now, one -> one.setAudience("another"), "mallory", "operator"),
            "expired",
            main.token(now.minusSeconds(1200), "mallory", "operator"),
            "not_yet_valid",
            main.token(
                now,
                one -> one.setNotBefore(NumericDate.fromSeconds(now.getEpochSecond() + 300)),
                "mallory",
                "operator"),
            "claims",
            main.token(now, one -> one.unsetClaim("exp"), "mallory", "operator"),
            "malformed",
            "abc");

    bad.forEach(
        (reason, token) -> {
          ValidatableResponse response = issue(token, "{\"roomId\":\"demo-1\"}");
          assertProblem(response, 401, "unauthenticated");
          response
              .body("reason", equalTo(reason))
              .header("WWW-Authenticate", containsString("error=\"invalid_token\""));
        });
    // Algorithm confusion: the published key as the shared secret of HS256.
    issue(
            TestIssuer.sign(
                claims,
                jws -> {
                  jws.setAlgorithmHeaderValue("HS256");
                  jws.setKeyIdHeaderValue("key-1");
                  jws.setKey(new HmacKey(main.signing().getPublicKey().getEncoded()));
                }),
            "{}")
        .statusCode(401)
        .body("reason", equalTo("algorithm_not_allowed"));
  }

  @Test
  void aSessionJwtIsNoBearerTokenHere() {
    // Given
    String session =
        issue(bearer("alice-session", "participant"), "{\"roomId\":\"demo-1\"}")
            .extract()
            .path("session.token");

    // Then
    issue(session, "{}").statusCode(401).body("reason", equalTo("unknown_issuer"));
  }

  @Test
  void failsClosedWhenTheKeysOfAnIssuerCannotBeFetched() {
    ValidatableResponse response =
        issue(world.offline().token(Instant.now(), "alice", "operator"), "{}");

    assertProblem(response, 503, "identity_provider_unavailable");
    response.header("Retry-After", "2");
  }

  /** All wait for one fetch of keys; each must go on as itself, wherever the answer arrives. */
  @Test
  void callersWhoWaitTogetherAreNotTakenForEachOther() throws Exception {
    // Given
    List<String> names = IntStream.range(0, 24).mapToObj(i -> "waiting-" + i).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(names.size())) {
      List<Future<List<String>>> answers =
          names.stream()
              .map(
                  name ->
                      threads.submit(
                          () -> {
                            JsonPath answer =
                                issue(world.slow().token(Instant.now(), name, "participant"), "{}")
                                    .statusCode(201)
                                    .extract()
                                    .jsonPath();
                            JwtClaims session =
                                session(answer.getString("session.token"), "parley-room-gateway");
                            return List.of(answer.getString("userId"), session.getSubject());
                          }))
              .toList();

      // When
      world.letSlowAnswer();

      // Then
      for (int i = 0; i < names.size(); i++) {
        assertThat(answers.get(i).get()).containsOnly(names.get(i));
      }
    }
  }
}
