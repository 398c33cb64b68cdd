package dev.parley.token.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.token.AppKey;
import dev.parley.token.TokenVerifier;
import dev.parley.token.Verification;
import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access tokens, with no Kafka anywhere: issuing goes on. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class TokenResourceComponentTest extends ApiCalls {
  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");

  @Test
  void issuesATokenForTheCallerItself() throws Exception {
    // When
    JsonPath answer =
        issue(bearer("alice", "participant"), "{\"roomId\":\"demo-1\"}")
            .statusCode(201)
            .header("Cache-Control", "no-store")
            .header("X-Request-Id", matchesPattern(UUID))
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
    Instant begins = Instant.ofEpochSecond(session.getIssuedAt().getValue());
    assertThat(answer.getString("session.expiresAt")).isEqualTo(begins.plusSeconds(900).toString());
    assertThat(answer.getString("session.renewAfter"))
        .isEqualTo(begins.plusSeconds(720).toString());
    assertThat(session.getStringClaimValue("room")).isEqualTo("demo-1");
    assertThat(session.getStringListClaimValue("groups")).containsExactly("participant");
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
  void leavesOutTheSessionOnRequest() {
    issue(bearer("alice-bare", "participant"), "{\"roomId\":\"demo-1\",\"session\":false}")
        .statusCode(201)
        .body("userId", equalTo("alice-bare"))
        .body("$", not(hasKey("session")));
  }

  @Test
  void namesTheFieldsThatARequestKnows() {
    issue(bearer("alice-fields", "participant"), "{\"room\":\"demo-1\"}")
        .statusCode(400)
        .body("code", equalTo("malformed_body"))
        .body(
            "detail",
            equalTo(
                "The body has a field that this request does not know: it knows app, privileges,"
                    + " roomId, session, ttlSeconds, userId."));
  }

  @Test
  void refusesASubjectThatIsNoUserIdAndNamesNoUser() {
    assertProblem(
        issue(bearer("auth0|1", "participant"), "{\"roomId\":\"demo-1\"}"),
        422,
        "user_id_unusable");
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
        "operator|{\"roomId\":\"demo-1\",\"userId\":\"agent-7\"}|422|user_id_reserved",
        "participant|{\"roomId\":\"demo-1\",\"session\":\"maybe\"}|400|malformed_body",
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
        .body("requestId", matchesPattern(UUID));
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

  private static Verification verified(String token) {
    return new TokenVerifier(Clock.systemUTC()).verify(token, KEY);
  }
}
