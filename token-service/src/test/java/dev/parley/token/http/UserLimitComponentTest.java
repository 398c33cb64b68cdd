package dev.parley.token.http;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

/** How often tokens may be asked for one user, and that nobody uses up the share of another. */
@QuarkusTest
@WithTestResource(
    value = WorldResource.class,
    initArgs = {
      @ResourceArg(name = "parley.token.limits.caller-requests", value = "250"),
      @ResourceArg(name = "parley.token.limits.operator-requests", value = "7"),
      @ResourceArg(name = "parley.token.limits.user-requests", value = "2")
    })
@WithTestResource(NoKafka.class)
class UserLimitComponentTest extends ApiCalls {
  private static final String DEMO = "{\"roomId\":\"demo-1\",\"session\":false}";

  private static ValidatableResponse batch(String bearer, String users) {
    return with(bearer, "{\"roomId\":\"demo-1\",\"userIds\":[" + users + "],\"session\":false}")
        .post("/v1/tokens/batch")
        .then();
  }

  @Test
  void nobodyLocksOutAnotherUser() {
    // Given
    String alice = bearer("alice", "participant");
    for (int i = 0; i < 200; i++) {
      assertProblem(
          issue(alice, "{\"roomId\":\"demo-1\",\"userId\":\"bob\"}"), 403, "user_not_allowed");
    }

    // When
    ValidatableResponse bob = issue(bearer("bob", "participant"), DEMO);

    // Then
    bob.statusCode(201).body("userId", equalTo("bob"));
  }

  @Test
  void aUserIsLimitedWhoeverAsks() {
    // Given
    String carol = bearer("carol", "participant");
    issue(carol, DEMO).statusCode(201);
    issue(carol, DEMO).statusCode(201);

    // When
    ValidatableResponse third = issue(carol, DEMO);
    ValidatableResponse byAnOperator = batch(bearer("olga", "operator"), "\"dave\",\"carol\"");

    // Then
    assertProblem(third, 429, "rate_limited");
    third
        .header("RateLimit-Policy", "\"user\";q=2;w=600")
        .header("RateLimit", startsWith("\"user\";r=0;t="))
        .body("detail", startsWith("Too many requests for this user: try again in "));
    assertProblem(byAnOperator, 429, "rate_limited");
  }

  @Test
  void aBatchWeighsAsMuchAsItsUsers() {
    // Given
    String olaf = bearer("olaf", "operator");
    batch(olaf, "\"a\",\"b\",\"c\"")
        .statusCode(201)
        .header("RateLimit", startsWith("\"operator\";r=4;t="));
    batch(olaf, "\"d\",\"e\",\"f\"")
        .statusCode(201)
        .header("RateLimit", startsWith("\"operator\";r=1;t="));

    // When
    ValidatableResponse third = batch(olaf, "\"g\",\"h\"");

    // Then
    assertProblem(third, 429, "rate_limited");
    third.header("RateLimit-Policy", "\"operator\";q=7;w=600");
    batch(olaf, "\"g\"").statusCode(201);
  }
}
