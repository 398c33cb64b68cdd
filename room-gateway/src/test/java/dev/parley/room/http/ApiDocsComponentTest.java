package dev.parley.room.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OpenAPI document says which session an operation needs, and all that it answers. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ApiDocsComponentTest {
  private static JsonNode paths() throws IOException {
    return document().path("paths");
  }

  private static JsonNode document() throws IOException {
    return new ObjectMapper()
        .readTree(
            given().get("/q/openapi?format=json").then().statusCode(200).extract().asByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "get, /v1/rooms, 200 400 401 404 500 503",
    "get, /v1/rooms/{roomId}, 200 400 401 403 404 500 503",
    "get, /v1/rooms/{roomId}/timeline, 200 400 401 403 404 500 503 504",
    "get, /v1/rooms/{roomId}/stream, 200 400 401 403 500 503",
    "get, /v1/rooms/{roomId}/relay, 101 400 426 500 503",
    "post, /v1/rooms/{roomId}/events, 200 400 401 403 404 413 500 503",
    "get, /v1/replays, 200 400 401 403 404 500 503",
    "post, /v1/replays, 202 400 401 403 404 413 415 422 429 500 503",
    "get, /v1/replays/{id}, 200 401 403 404 500 503",
    "delete, /v1/replays/{id}, 202 401 403 404 500 503",
    "post, /v1/callbacks/rtc/{app}, 200 401 404 413 500 503",
    "post, '/v1/callbacks/messages/{app}/{secretPath}', 200 401 404 413 500 503",
    "post, '/v1/callbacks/functions/{app}/{secretPath}', 200 401 404 413 500 503"
  })
  void everyAnswerIsThere(String method, String path, String statuses) throws Exception {
    assertThat(paths().path(path).path(method).path("responses").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(statuses.split(" "));
  }

  @Test
  void whatNeedsASessionSaysSo() throws Exception {
    // When
    JsonNode document = document();
    JsonNode rooms = document.at("/paths/~1v1~1rooms/get/security");

    // Then
    assertThat(rooms).hasSize(1);
    String scheme = rooms.get(0).properties().iterator().next().getKey();
    assertThat(document.at("/components/securitySchemes/" + scheme + "/scheme").asText())
        .isEqualTo("bearer");
    assertThat(document.at("/paths/~1v1~1rooms~1{roomId}~1stream/get/security")).isEqualTo(rooms);
    JsonNode events = document.at("/paths/~1v1~1rooms~1{roomId}~1events/post/security");
    assertThat(events).hasSize(2);
    assertThat(events.get(0)).isEqualTo(rooms.get(0));
    assertThat(events.get(1)).as("or the token in the body").isEmpty();
  }

  @Test
  void everyErrorIsShownUnderItsCode() throws Exception {
    for (JsonNode path : paths()) {
      for (JsonNode operation : path) {
        for (Map.Entry<String, JsonNode> answer : operation.path("responses").properties()) {
          answer
              .getValue()
              .at("/content/application~1problem+json/examples")
              .properties()
              .forEach(
                  example -> {
                    JsonNode problem = example.getValue().path("value");
                    assertThat(problem.path("code").asText()).isEqualTo(example.getKey());
                    assertThat(problem.path("status").asText()).isEqualTo(answer.getKey());
                    assertThat(problem.path("detail").asText()).endsWith(".");
                  });
        }
      }
    }
  }

  @Test
  void anOrderOfAReplaySaysWhatItTakes() throws Exception {
    // When
    JsonNode order = document().at("/components/schemas/Order");

    // Then
    assertThat(order.path("required")).extracting(JsonNode::asText).contains("kind", "from");
    assertThat(order.at("/properties/kind/enum"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(List.of("EVENTS", "BAD_ROWS"));
    assertThat(order.at("/properties/types/maxItems").asInt()).isEqualTo(100);
    for (String answer :
        List.of("~1v1~1replays/post/responses/202", "~1v1~1replays~1{id}/delete/responses/202")) {
      assertThat(
              document().at("/paths/" + answer + "/content/application~1json/schema/$ref").asText())
          .isEqualTo("#/components/schemas/Replay");
    }
  }
}
