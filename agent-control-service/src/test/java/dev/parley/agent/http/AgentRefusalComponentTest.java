package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are not acceptable are refused and say how to mend them. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class AgentRefusalComponentTest extends AgentApiHarness {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"scene\":\"nowhere\",\"targetUserId\":\"u\"} | 422 | scene_unknown",
        "{\"scene\":\"newer\",\"targetUserId\":\"u\"} | 422 | scene_not_for_app",
        "{\"scene\":\"assistant\"} | 422 | target_required",
        "{\"scene\":\"assistant\",\"targetUserId\":\"u\",\"agentUserId\":\"u\"} | 422 |"
            + " agent_is_target",
        "{\"scene\":\"assistant\",\"targetUserId\":\"u\",\"overrides\":{\"Config\":{\"TTSConfig\":{}}}}"
            + " | 422 | override_not_permitted",
        "{\"targetUserId\":\"u\"} | 400 | invalid_value",
        "{\"scene\":\"assistant\",\"targetUserId\":\"u\",\"welcomeMessage\":\" \"} | 400 |"
            + " invalid_value",
        "{\"scene\":\"assistant\",\"targetUserId\":\"a b\"} | 400 | invalid_value",
        "{\"scene\":\"assistant\",\"target\":\"u\"} | 400 | malformed_body",
        "{\"scene\": | 400 | malformed_body",
      })
  void aStartThatIsNotAcceptableIsRefused(String body, int status, String code) {
    // When
    ValidatableResponse response = start(operator(), body);

    // Then
    isProblem(response, status, code);
  }

  @Test
  void namesTheOverrideThatIsNotPermitted() {
    // When
    ValidatableResponse response =
        start(
            participant(room, "user-1"),
            "{\"scene\":\"assistant\",\"overrides\":{\"Config\":{\"LLMConfig\":"
                + "{\"Temperature\":0.5,\"Url\":\"http://x\"}}}}");

    // Then
    response.statusCode(422).body("path", equalTo("Config.LLMConfig.Url"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"LLMConfig\":{\"Temperature\":5}} | Config.LLMConfig.Temperature",
        "{\"LLMConfig\":{\"Temperature\":\"${secret:ARK}\"}} | Config.LLMConfig.Temperature",
        "{\"LLMConfig\":{\"SystemMessages\":\"be kind\"}} | Config.LLMConfig.SystemMessages",
        "{\"InterruptMode\":2} | Config.InterruptMode",
        "{\"SubtitleConfig\":{\"SubtitleMode\":true}} | Config.SubtitleConfig.SubtitleMode",
      })
  void namesTheOverrideThatTheCloudWouldNotTake(String config, String path) {
    // When
    ValidatableResponse response =
        start(
            participant(room, "user-1"),
            "{\"scene\":\"assistant\",\"overrides\":{\"Config\":" + config + "}}");

    // Then
    isProblem(response, 422, "override_invalid");
    response.body("path", equalTo(path));
  }

  @Test
  void aRoomIdOutsideTheRuleIsRefused() {
    // When
    ValidatableResponse response =
        as(operator()).body(ASSISTANT).post("/v1/rooms/{room}/agents", "a b").then();

    // Then
    isProblem(response, 400, "invalid_value");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void aKeyThatIsEmptyOrTooLongIsRefused(int length) {
    // When
    ValidatableResponse response =
        as(participant(room, "user-1"))
            .header("Idempotency-Key", "x".repeat(length))
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then();

    // Then
    isProblem(response, 400, "invalid_value");
  }

  @Test
  void anUnknownTaskIsNotFound() {
    // When / Then
    isProblem(as(operator()).get("/v1/agents/t-nowhere").then(), 404, "task_not_found");
    isProblem(as(operator()).delete("/v1/agents/t-nowhere").then(), 404, "task_not_found");
    isProblem(as(operator()).post("/v1/agents/t-nowhere/interrupt").then(), 404, "task_not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/agents, 'GET, HEAD'",
    "PUT, /v1/agents/t-1, 'DELETE, GET, HEAD, PATCH'",
    "GET, /v1/agents/t-1/interrupt, POST",
    "PUT, /v1/agents/t-1/say, POST",
    "POST, /v1/agents/t-1/events, 'GET, HEAD'",
    "DELETE, /v1/rooms/r-1/agents, POST",
    "POST, /v1/scenes, 'GET, HEAD'",
  })
  void anotherMethodIsToldWhichOnesThereAre(String method, String path, String allowed) {
    // When
    Response answer = as(operator()).request(method, path);

    // Then
    isProblem(answer.then(), 405, "method_not_allowed");
    assertThat(String.join(",", answer.headers().getValues("Allow")).split(", *"))
        .containsExactlyInAnyOrder(allowed.split(", "));
  }

  @Test
  void anAddressThatIsTooLongIsRefused() {
    isProblem(
        as(operator()).get("/v1/agents?room=" + "x".repeat(5000)).then(), 414, "address_too_long");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "say | {} | text",
        "say | {\"text\":\"x\",\"interruptMode\":\"loud\"} | interruptMode",
        "ask | {\"text\":\"x\",\"imageUrl\":\"file:///etc/passwd\"} | imageUrl",
        "prompt | {\"text\":\"\"} | text",
        "tool-results | {\"content\":\"x\"} | toolCallId",
        "tool-results | {\"toolCallId\":\"x\"} | content",
      })
  void aSteeringCallNamesItsFault(String path, String body, String field) {
    // Given
    String taskId = started();

    // When
    ValidatableResponse response =
        as(operator()).body(body).post("/v1/agents/" + taskId + "/" + path).then();

    // Then
    isProblem(response, 400, "invalid_value");
    response.body("field", equalTo(field));
  }
}
