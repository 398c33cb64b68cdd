package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.operator;
import static org.hamcrest.Matchers.containsString;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A field of another kind is refused by its name, never read as if it were of the right kind. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class StrictBodyComponentTest extends AgentApiHarness {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/rooms/room-1/agents | scene | {\"scene\":5}",
        "/v1/rooms/room-1/agents | targetUserId | {\"scene\":\"assistant\",\"targetUserId\":5}",
        "/v1/agents/t-1/say | text | {\"text\":true}",
        "/v1/agents/t-1/ask | text | {\"text\":1.5}",
        "/v1/agents/t-1/tool-results | content | {\"toolCallId\":\"c\",\"content\":21}"
      })
  void refusesAFieldOfAnotherKind(String path, String field, String body) {
    // When
    ValidatableResponse response = as(operator()).body(body).post(path).then();

    // Then
    isProblem(response, 400, "malformed_body");
    response.body("detail", containsString("Field " + field));
  }

  @Test
  void refusesABodyThatIsTooLargeInWords() {
    // When
    ValidatableResponse response =
        as(operator()).body("x".repeat(70_000)).post("/v1/rooms/room-1/agents").then();

    // Then
    isProblem(response, 413, "body_too_large");
    response.body("detail", containsString("larger than 65536 bytes"));
  }
}
