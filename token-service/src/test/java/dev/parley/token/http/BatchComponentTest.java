package dev.parley.token.http;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of many users of one room. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class BatchComponentTest extends ApiCalls {
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
    with(olga, "{\"roomId\":\"demo-1\",\"userIds\":[\"alice\"],\"session\":false}")
        .post("/v1/tokens/batch")
        .then()
        .statusCode(201)
        .body("tokens[0]", not(hasKey("session")));
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
}
