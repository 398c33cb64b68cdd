package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.kit.problem.Problem;
import dev.parley.token.AppKey;
import dev.parley.token.TokenVerifier;
import dev.parley.token.Verification;
import dev.parley.token.support.NoKafka;
import dev.parley.token.support.TestIssuer;
import dev.parley.token.support.World;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST API, with no Kafka anywhere: issuing goes on. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class TokenResourceComponentTest {
  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");

  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  private String bearer(String subject, String... roles) {
    return world
        .main()
        .token(
            Instant.now(), claims -> claims.setStringListClaim("rooms", "demo-*"), subject, roles);
  }

  private static RequestSpecification with(String bearer, String body) {
    return given().auth().oauth2(bearer).contentType(ContentType.JSON).body(body);
  }

  private static ValidatableResponse issue(String bearer, String body) {
    return with(bearer, body).post("/v1/tokens").then();
  }

  private static void assertProblem(ValidatableResponse response, int status, String code) {
    response
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo(code))
        .body("status", equalTo(status))
        .body("detail", not(nullValue()));
  }

  private static Verification verified(String token) {
    return new TokenVerifier(Clock.systemUTC()).verify(token, KEY);
  }

  @Test
  void issuesATokenForTheCallerItself() throws Exception {
    // When
    JsonPath answer =
        issue(bearer("alice", "participant"), "{\"roomId\":\"demo-1\"}")
            .statusCode(201)
            .header("Cache-Control", "no-store")
            .header("X-Request-Id", not(nullValue()))
            .header("RateLimit-Policy", "\"caller\";q=20;w=600")
            .header("RateLimit", startsWith("\"caller\";r="))
            .extract()
            .jsonPath();

    // Then
    assertThat(answer.getString("appId")).isEqualTo("123456781234567812345678");
    assertThat(answer.getString("roomId")).isEqualTo("demo-1");
    assertThat(answer.getString("userId")).isEqualTo("alice");
    assertThat(answer.getList("privileges"))
        .containsExactly("publish", "publishAudio", "publishVideo", "publishData", "subscribe");
    assertThat(answer.getLong("ttlSeconds")).isEqualTo(3600);
    assertThat(answer.getBoolean("ttlClamped")).isFalse();
    Instant issuedAt = Instant.parse(answer.getString("issuedAt"));
    assertThat(Instant.parse(answer.getString("expiresAt"))).isEqualTo(issuedAt.plusSeconds(3600));
    assertThat(Instant.parse(answer.getString("renewAfter"))).isEqualTo(issuedAt.plusSeconds(2880));
    assertThat(answer.getString("urls.roomGateway")).isEqualTo("https://gateway.example.com");
    assertThat(answer.getString("urls.agentControl")).isEqualTo("https://agents.example.com");
    assertThat(verified(answer.getString("accessToken")))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> {
              assertThat(valid.token().roomId()).isEqualTo("demo-1");
              assertThat(valid.token().userId()).isEqualTo("alice");
              assertThat(valid.token().privileges().keySet()).containsExactly(0, 1, 2, 3, 4);
            });

    JwtClaims session = session(answer.getString("session.token"), "parley-room-gateway");
    assertThat(session.getSubject()).isEqualTo("alice");
    assertThat(session.getStringClaimValue("room")).isEqualTo("demo-1");
    assertThat(session.getStringListClaimValue("groups")).containsExactly("participant");
  }

  private static JwtClaims session(String token, String audience) throws Exception {
    String jwks = given().get("/.well-known/jwks.json").then().statusCode(200).extract().asString();
    return new JwtConsumerBuilder()
        .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "ES256")
        .setVerificationKeyResolver(
            new JwksVerificationKeyResolver(new JsonWebKeySet(jwks).getJsonWebKeys()))
        .setExpectedIssuer("parley-token-service")
        .setExpectedAudience(audience)
        .setRequireExpirationTime()
        .build()
        .processToClaims(token);
  }

  @Test
  void aTokenWithoutARoomIsForAFreshOneAndIsRenewedByTheSameCall() {
    // Given
    String alice = bearer("alice-fresh", "participant");
    String room = issue(alice, "{}").statusCode(201).extract().path("roomId");

    // When
    ValidatableResponse renewed = issue(alice, "{\"roomId\":\"" + room + "\"}");

    // Then
    renewed.statusCode(201).body("roomId", equalTo(room)).body("userId", equalTo("alice-fresh"));
    assertProblem(
        issue(bearer("bob-fresh", "participant"), "{\"roomId\":\"" + room + "\"}"),
        403,
        "room_not_allowed");
    assertThat(issue(alice, "{}").extract().<String>path("roomId")).isNotEqualTo(room);
  }

  @Test
  void grantsExactlyThePrivilegesAskedFor() {
    issue(
            bearer("alice-audio", "participant"),
            "{\"roomId\":\"lobby-1\",\"privileges\":[\"publishAudio\",\"subscribe\"]}")
        .statusCode(201)
        .body("privileges", equalTo(List.of("publishAudio", "subscribe")));
  }

  @Test
  void cutsALongTtlAndSaysSo() {
    issue(bearer("alice-ttl", "participant"), "{\"roomId\":\"demo-1\",\"ttlSeconds\":99999999}")
        .statusCode(201)
        .body("ttlSeconds", equalTo(7200))
        .body("ttlClamped", is(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "participant|{\"roomId\":\"prod-1\"}|403|room_not_allowed",
        "participant|{\"roomId\":\"demo-1\",\"userId\":\"bob\"}|403|user_not_allowed",
        "participant|{\"roomId\":\"*\"}|403|every_room_not_allowed",
        "analyst|{\"roomId\":\"demo-1\"}|403|role_not_allowed",
        "nobody|{\"roomId\":\"demo-1\"}|403|role_not_allowed",
        "operator|{\"app\":\"listening\",\"roomId\":\"demo-1\",\"privileges\":[\"publish\"]}|403|privilege_not_allowed",
        "participant|{\"app\":\"nope\",\"roomId\":\"demo-1\"}|422|unknown_app",
        "participant|{\"roomId\":\"demo-1\",\"ttlSeconds\":60}|422|ttl_too_short",
        "participant|{\"roomId\":\"demo-1\",\"ttlSeconds\":-1}|422|ttl_too_short",
        "participant|{\"roomId\":\"demo 1\"}|400|invalid_value",
        "participant|{\"roomId\":\"\"}|400|invalid_value",
        "participant|{\"roomId\":\"demo-1\",\"userId\":\"房间\"}|400|invalid_value",
        "participant|{\"roomId\":\"demo-1\",\"privileges\":[\"all\"]}|400|invalid_value",
        "participant|{\"roomId\":\"demo-1\",\"privileges\":[null]}|400|invalid_value",
        "participant|{\"roomId\":\"demo-1\",\"ttlSeconds\":\"soon\"}|400|malformed_body",
        "participant|{\"roomId\":\"demo-1\",\"role\":\"operator\"}|400|malformed_body",
        "participant|{\"roomId\":|400|malformed_body",
        "participant|[]|400|malformed_body"
      })
  void refusesAndSaysWhy(String role, String body, int status, String code) {
    assertProblem(issue(bearer("refused-" + code + status, role), body), status, code);
  }

  @Test
  void aRefusalCarriesTheRequestIdOfTheAuditTrail() {
    issue(bearer("alice-id", "participant"), "{\"roomId\":\"prod-1\"}")
        .statusCode(403)
        .body("requestId", not(nullValue()));
  }

  @Test
  void anAppForOneIdentityProviderIsClosedToAnother() {
    String partner = world.partner().token(Instant.now(), "bob", "operator");

    assertProblem(
        issue(partner, "{\"app\":\"listening\",\"roomId\":\"demo-1\"}"), 403, "app_not_allowed");
    issue(partner, "{\"roomId\":\"demo-1\"}")
        .statusCode(201)
        .body("userId", equalTo("partner.bob"));
  }

  @Test
  void anOperatorGetsTokensOfOthersAndForEveryRoom() {
    String olga = bearer("olga", "operator");

    issue(olga, "{\"roomId\":\"prod-1\",\"userId\":\"bob\"}")
        .statusCode(201)
        .body("userId", equalTo("bob"));
    issue(olga, "{\"roomId\":\"*\",\"userId\":\"bob\"}")
        .statusCode(201)
        .body("roomId", equalTo("*"))
        .body("$", not(hasKey("session")));
  }

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

  @Test
  void limitsACallerAndTellsWhenToComeBack() {
    // Given
    String eager = bearer("eager", "participant");
    IntStream.range(0, 20).forEach(i -> issue(eager, "{\"roomId\":\"demo-1\"}").statusCode(201));

    // When
    ValidatableResponse response = issue(eager, "{\"roomId\":\"demo-1\"}");

    // Then
    assertProblem(response, 429, "rate_limited");
    response
        // One of 20 in 600 s comes back every 30 s; the calls above took a few.
        .header("Retry-After", Integer::parseInt, both(greaterThan(0)).and(lessThanOrEqualTo(30)))
        .header("RateLimit-Policy", "\"caller\";q=20;w=600")
        .header("RateLimit", startsWith("\"caller\";r=0;t="));
    issue(bearer("patient", "participant"), "{\"roomId\":\"demo-1\"}").statusCode(201);
  }

  @Test
  void issuesABatchForAllOrForNone() {
    // Given
    String olga = bearer("olga", "operator");

    // Then
    with(
            olga,
            "{\"roomId\":\"demo-1\",\"userIds\":[\"alice\",\"bob\"],\"privileges\":[\"subscribe\"]}")
        .post("/v1/tokens/batch")
        .then()
        .statusCode(201)
        .body("roomId", equalTo("demo-1"))
        .body("tokens.userId", equalTo(List.of("alice", "bob")))
        .body("tokens.privileges", everyItem(equalTo(List.of("subscribe"))))
        .body("tokens.session.token", hasSize(2));
    assertProblem(
        with(
                bearer("alice-batch", "participant"),
                "{\"roomId\":\"demo-1\",\"userIds\":[\"alice-batch\",\"bob\"]}")
            .post("/v1/tokens/batch")
            .then(),
        403,
        "user_not_allowed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"roomId\":\"demo-1\",\"userIds\":[\"a\",\"b\",\"c\",\"d\"]}|422|batch_too_large",
        "{\"roomId\":\"demo-1\",\"userIds\":[]}|422|users_required",
        "{\"roomId\":\"demo-1\"}|422|users_required",
        "{\"roomId\":\"demo-1\",\"userIds\":[\"a\",\"a\"]}|422|duplicate_user",
        "{\"userIds\":[\"a\"]}|422|room_required",
        "{\"roomId\":\"demo-1\",\"userIds\":[null]}|400|invalid_value"
      })
  void refusesABatchThatIsNone(String body, int status, String code) {
    assertProblem(
        with(bearer("olga", "operator"), body).post("/v1/tokens/batch").then(), status, code);
  }

  @Test
  void inspectsATokenOfItsOwn() {
    // Given
    String alice = bearer("alice-inspect", "participant");
    String token = issue(alice, "{\"roomId\":\"demo-1\"}").extract().path("accessToken");

    // Then
    with(
            alice,
            "{\"accessToken\":\""
                + token
                + "\",\"roomId\":\"demo-1\",\"userId\":\"alice-inspect\"}")
        .post("/v1/tokens/inspect")
        .then()
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .body("admits", is(true))
        .body("genuine", is(true))
        .body("problems", hasSize(0))
        .body("token.roomId", equalTo("demo-1"))
        .body("token.privileges.name", hasItem("subscribe"));
    with(alice, "{\"accessToken\":\"" + token + "\",\"roomId\":\"demo-2\",\"userId\":\"bob\"}")
        .post("/v1/tokens/inspect")
        .then()
        .statusCode(200)
        .body("admits", is(false))
        .body("problems.code", equalTo(List.of("other_room", "other_user")));
  }

  @Test
  void inspectsTheVendorsTokens() {
    String alice = bearer("alice-vendor", "participant");
    String expired =
        "001123456781234567812345678PgB4VjQSgOFOaAAzUGgHAFJvb20xMjMHAFVzZXIxMjMFAAAAAAAAAAEAAAAA"
            + "AAIAAAAAAAMAAAAAAAQAAAAAACAAJSsmPbEArgfO9ak/UcUICVn9tFc8ZfEZsGJspMAUEOY=";

    with(alice, "{\"accessToken\":\"" + expired + "\"}")
        .post("/v1/tokens/inspect")
        .then()
        .statusCode(200)
        .body("admits", is(false))
        .body("genuine", is(true))
        .body("problems.code", equalTo(List.of("expired")))
        .body("token.expiresAt", equalTo("2025-06-16T15:06:40Z"));
    with(alice, "{\"accessToken\":\"eyJhbGciOiJub25lIn0.e30.\"}")
        .post("/v1/tokens/inspect")
        .then()
        .statusCode(200)
        .body("admits", is(false))
        .body("problems.code", equalTo(List.of("not_a_token")))
        .body("$", not(hasKey("token")));
    assertProblem(with(alice, "{}").post("/v1/tokens/inspect").then(), 422, "token_required");
  }

  @Test
  void givesOperatorsAndAnalystsASession() throws Exception {
    // When
    JsonPath olga =
        with(bearer("olga", "operator", "analyst"), "{}")
            .post("/v1/sessions")
            .then()
            .statusCode(201)
            .header("Cache-Control", "no-store")
            .body("role", equalTo("operator"))
            .body("subject", equalTo("olga"))
            .extract()
            .jsonPath();

    // Then
    JwtClaims session = session(olga.getString("token"), "parley-agent-control");
    assertThat(session.getSubject()).isEqualTo("olga");
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
    given()
        .auth()
        .oauth2(bearer("alice-large", "participant"))
        .contentType(ContentType.JSON)
        .body("{\"roomId\":\"" + "x".repeat(70_000) + "\"}")
        .post("/v1/tokens")
        .then()
        .statusCode(413);
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

  @Test
  void describesItselfWithAnExamplePerOperationAndError() {
    JsonPath api =
        given()
            .accept(ContentType.JSON)
            .get("/q/openapi?format=json")
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();

    assertThat(api.getString("openapi")).startsWith("3.1");
    for (String path :
        List.of("/v1/tokens", "/v1/tokens/batch", "/v1/tokens/inspect", "/v1/sessions")) {
      Map<String, Map<String, Object>> responses =
          api.getMap("paths.'" + path + "'.post.responses");
      assertThat(responses.keySet()).contains("400", "401", "422", "429", "503");
      assertThat(
              api.getMap(
                  "paths.'" + path + "'.post.requestBody.content.'application/json'.examples"))
          .as(path)
          .isNotEmpty();
      responses
          .keySet()
          .forEach(
              status ->
                  assertThat(
                          api.getMap(
                              "paths.'"
                                  + path
                                  + "'.post.responses.'"
                                  + status
                                  + "'.content."
                                  + (status.startsWith("2")
                                      ? "'application/json'"
                                      : "'application/problem+json'")
                                  + ".examples"))
                      .as(path + " " + status)
                      .isNotEmpty());
    }
    assertThat(
            api.getMap(
                "paths.'/v1/tokens'.post.responses.'403'.content.'application/problem+json'.examples"))
        .containsKeys("room_not_allowed", "user_not_allowed", "policy_refused");
    given().get("/q/swagger-ui/").then().statusCode(200);
  }

  @Test
  void neverLivesWithoutEnd() {
    JsonPath answer =
        issue(bearer("alice-end", "participant"), "{\"roomId\":\"demo-1\",\"ttlSeconds\":120}")
            .statusCode(201)
            .extract()
            .jsonPath();

    assertThat(verified(answer.getString("accessToken")))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> {
              Instant end = valid.token().issuedAt().plus(Duration.ofMinutes(2));
              assertThat(valid.token().expiry().instant()).contains(end);
              assertThat(valid.token().privileges().values())
                  .allSatisfy(expiry -> assertThat(expiry.instant()).contains(end));
            });
    assertThat(answer.getString("session.expiresAt")).isEqualTo(answer.getString("expiresAt"));
  }
}
