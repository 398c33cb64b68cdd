package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.operator;
import static dev.parley.agent.http.Tokens.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says is taken as it is said: nothing of it is guessed, passed over or cut off. */
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

  @ParameterizedTest
  @ValueSource(strings = {"{\"scene\":\"assistant\"} x", "{} {}"})
  void refusesWhatFollowsTheDocument(String body) {
    isProblem(start(participant(room, "user-1"), body), 400, "malformed_body");
  }

  @Test
  void namesTheFieldsThatARequestKnows() {
    // When
    ValidatableResponse response =
        as(operator()).body("{\"text\":\"x\",\"zzz\":1}").post("/v1/agents/t-1/say").then();

    // Then
    isProblem(response, 400, "malformed_body");
    response.body(
        "detail",
        equalTo(
            "The body has a field that this request does not know: it knows interruptMode, text."));
  }

  @Test
  void aHeaderThatCannotBeReadIsNoReasonToRefuse() {
    as(operator())
        .header("Accept-Language", "zh-CN;q=x")
        .get("/v1/agents/t-nowhere")
        .then()
        .statusCode(404);
    isProblem(
        as(operator()).accept(ContentType.JSON).get("/v1/agents/t-1/events").then(),
        406,
        "not_acceptable");
  }

  @Test
  void refusesABodyOfUnknownLengthThatIsTooLargeInTheSameWords() throws Exception {
    // When
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://localhost:" + RestAssured.port + "/v1/rooms/room-1/agents"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + operator())
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(new byte[70_000])))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body()).contains("\"code\":\"body_too_large\"", "larger than 65536 bytes");
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
