package dev.parley.token.http;

import static org.hamcrest.Matchers.containsString;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A field of another kind is refused by its name, never read as if it were of the right kind. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class StrictBodyComponentTest extends ApiCalls {
  @ParameterizedTest
  @ValueSource(strings = {"{\"roomId\":\"demo-1\"} x", "{} {}"})
  void refusesWhatFollowsTheDocument(String body) {
    assertProblem(issue(bearer("olga-trailing", "operator"), body), 400, "malformed_body");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/tokens | app | {\"app\":1}",
        "/v1/tokens | roomId | {\"roomId\":5}",
        "/v1/tokens | roomId | {\"roomId\":true}",
        "/v1/tokens | userId | {\"userId\":5}",
        "/v1/tokens | privileges | {\"privileges\":[4]}",
        "/v1/tokens | ttlSeconds | {\"ttlSeconds\":\"3600\"}",
        "/v1/tokens | ttlSeconds | {\"ttlSeconds\":\"\"}",
        "/v1/tokens | ttlSeconds | {\"ttlSeconds\":3600.5}",
        "/v1/tokens | session | {\"session\":\"false\"}",
        "/v1/tokens | session | {\"session\":0}",
        "/v1/tokens/batch | userIds | {\"roomId\":\"demo-1\",\"userIds\":[7]}",
        "/v1/tokens/batch | roomId | {\"roomId\":1.5,\"userIds\":[\"a\"]}",
        "/v1/tokens/inspect | accessToken | {\"accessToken\":1}",
        "/v1/sessions | role | {\"role\":1}"
      })
  void refusesAFieldOfAnotherKind(String path, String field, String body) {
    ValidatableResponse response = with(bearer("olga-strict", "operator"), body).post(path).then();

    assertProblem(response, 400, "malformed_body");
    response.body("detail", containsString("Field " + field));
  }
}
