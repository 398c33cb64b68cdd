package dev.parley.token.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.parley.events.id.AppId;
import dev.parley.token.AccessToken;
import dev.parley.token.AppKey;
import dev.parley.token.Expiry;
import dev.parley.token.TokenCodec;
import dev.parley.token.TokenSigner;
import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is wrong with a token. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class InspectComponentTest extends ApiCalls {
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

  private static String token(String appId, String room, int privileges) {
    AppId id = new AppId(appId);
    TreeMap<Integer, Expiry> many = new TreeMap<>();
    IntStream.range(0, privileges).forEach(number -> many.put(number, new Expiry(1_750_000_000)));
    byte[] message =
        TokenCodec.message(
            new AccessToken(
                id, 1, Instant.ofEpochSecond(1_700_000_000), Expiry.NEVER, room, "User123", many));
    return TokenCodec.text(
        id, message, TokenSigner.sign(new AppKey("0123456789abcdef0123456789abcdef"), message));
  }

  private ValidatableResponse inspect(String bearer, String token) {
    return with(bearer, "{\"accessToken\":\"" + token + "\",\"roomId\":\"demo-1\"}")
        .post("/v1/tokens/inspect")
        .then()
        .statusCode(200);
  }

  @Test
  void answersALargeTokenWithASmallAnswer() {
    // Given
    String alice = bearer("alice-large", "participant");

    // When
    ValidatableResponse rights = inspect(alice, token("123456781234567812345678", "demo-1", 7_500));
    ValidatableResponse room =
        inspect(alice, token("123456781234567812345678", "\u0001".repeat(45_000), 1));

    // Then
    rights
        .body("token.privileges", hasSize(15))
        .body("token.furtherPrivileges", equalTo(7_485))
        .body("genuine", is(true));
    assertThat(rights.extract().asByteArray()).hasSizeLessThan(4_096);
    assertThat(room.extract().asByteArray()).hasSizeLessThan(4_096);
  }

  @Test
  void knowsOnlyTheAppsThatTheCallerMayUse() {
    // Given: the app "listening" is for callers of "main"
    String partner = world.partner().token(Instant.now(), "alice", "participant");
    String token = token("876543218765432187654321", "demo-1", 5);

    // Then
    inspect(partner, token).body("problems.code", equalTo(List.of("unknown_app")));
    inspect(bearer("alice-apps", "participant"), token)
        .body("problems.code", hasItem("wrong_app_key"));
  }
}
