package dev.parley.agent.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The OpenAPI document shows an example of everything that can be sent and answered. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ApiDocsComponentTest {
  private static final List<String> OPERATIONS =
      List.of(
          "get /v1/agents",
          "get /v1/agents/{taskId}",
          "delete /v1/agents/{taskId}",
          "patch /v1/agents/{taskId}",
          "get /v1/agents/{taskId}/events",
          "post /v1/agents/{taskId}/interrupt",
          "post /v1/agents/{taskId}/finish-speech",
          "post /v1/agents/{taskId}/say",
          "post /v1/agents/{taskId}/ask",
          "post /v1/agents/{taskId}/prompt",
          "post /v1/agents/{taskId}/tool-results",
          "post /v1/rooms/{roomId}/agents",
          "get /v1/scenes",
          "get /v1/usage");

  private static JsonNode document() throws IOException {
    return new ObjectMapper()
        .readTree(
            given().get("/q/openapi?format=json").then().statusCode(200).extract().asByteArray());
  }

  @Test
  void everyOperationAndEveryErrorHasAnExample() throws Exception {
    // When
    JsonNode api = document();

    // Then
    assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
    List<String> seen = new ArrayList<>();
    List<String> lacking = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String name = operation.getKey() + " " + path.getKey();
        seen.add(name);
        if (!operation.getValue().path("requestBody").isMissingNode()) {
          lookAt(name + " request", operation.getValue().path("requestBody"), lacking);
        }
        boolean answersWell = false;
        for (Map.Entry<String, JsonNode> answer :
            operation.getValue().path("responses").properties()) {
          answersWell |= answer.getKey().startsWith("2");
          if (!answer.getKey().equals("204")) {
            lookAt(name + " " + answer.getKey(), answer.getValue(), lacking);
          }
          errorsFit(answer.getKey(), answer.getValue());
        }
        assertThat(answersWell).as(name).isTrue();
        assertThat(operation.getValue().path("responses").has("401")).as(name).isTrue();
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(OPERATIONS);
    assertThat(lacking).isEmpty();
  }

  @Test
  void updatesAndStopsAreShownAsTheyAre() throws Exception {
    // When
    JsonNode task = document().path("paths").path("/v1/agents/{taskId}");

    // Then: Parameters of UpdateVoiceChat have Config inside
    assertThat(
            task.at("/patch/requestBody/content/application~1json/examples/request/value")
                .at("/parameters/Config/LLMConfig/SystemMessages")
                .isArray())
        .isTrue();
    assertThat(
            task.at("/patch/responses/202/content/application~1json/examples/answer/value")
                .path("commandId")
                .asText())
        .startsWith("c-");
    JsonNode stop = task.path("delete");
    assertThat(stop.path("requestBody").isMissingNode()).isTrue();
    assertThat(
            stop.at("/responses/202/content/application~1json/examples/answer/value/state")
                .asText())
        .isEqualTo("RUNNING");
    assertThat(stop.path("responses").has("415")).isFalse();
    assertThat(stop.at("/responses/403/content/application~1problem+json/examples").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("agent_not_allowed", "forbidden");
  }

  private static void lookAt(String what, JsonNode body, List<String> lacking) {
    if (body.path("content").isEmpty()) {
      lacking.add(what);
    }
    for (JsonNode media : body.path("content")) {
      if (media.path("examples").isEmpty()) {
        lacking.add(what);
      }
    }
  }

  /** An error's example is a problem of that status, under its code. */
  private static void errorsFit(String status, JsonNode answer) {
    answer
        .path("content")
        .path("application/problem+json")
        .path("examples")
        .properties()
        .forEach(
            example -> {
              JsonNode problem = example.getValue().path("value");
              assertThat(problem.path("code").asText()).isEqualTo(example.getKey());
              assertThat(problem.path("status").asText()).isEqualTo(status);
              assertThat(problem.path("detail").asText()).isNotBlank();
            });
  }
}
