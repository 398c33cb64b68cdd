package dev.parley.room.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders are taken as they are written; reports of clients may say more than is known. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class StrictBodyComponentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MORE_THAN_IS_READ = 2 * 1024 * 1024 + 1;

  @TestHTTPResource("/")
  URI base;

  private static ValidatableResponse order(String body) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.operator())
        .contentType("application/json")
        .body(body)
        .post("/v1/replays")
        .then();
  }

  private HttpResponse<String> inChunks(String path, byte[] body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(base.resolve(path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + SessionKeys.operator())
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anOrderWithAnUnknownFieldIsRefused() {
    order(
            """
            {"kind":"EVENTS","roomid":"room-1","from":"2020-01-01T00:00:00Z",
             "to":"2020-01-02T00:00:00Z","target":"parley.replay.strict"}
            """)
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("malformed_body"))
        .body("detail", containsString("it knows from, kind, roomId, target, to, topics, types"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"kind\":\"EVENTS\"} x", "{} {}"})
  void whatFollowsTheDocumentIsRefused(String body) {
    order(body).statusCode(400).body("code", equalTo("malformed_body"));
  }

  @Test
  void anEventBatchMaySayMoreThanIsKnown() {
    RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.participant("strict-1", "alice"))
        .contentType("application/json")
        .body(
            """
            {"clientId":"web-1","clientTimeMillis":%1$d,"newer":true,"events":[
              {"sequence":1,"clientTimeMillis":%1$d,"name":"onTokenWillExpire","arguments":[],"newer":1}]}
            """
                .formatted(System.currentTimeMillis()))
        .post("/v1/rooms/strict-1/events")
        .then()
        .statusCode(200)
        .body("results.status", contains("kept"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/callbacks/rtc/default", "/v1/rooms/strict-1/events", "/v1/replays"})
  void aBodyOfUnknownLengthThatIsTooLargeIsRefusedInWords(String path) throws Exception {
    // When
    HttpResponse<String> response = inChunks(path, new byte[MORE_THAN_IS_READ]);

    // Then
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body())
        .contains("\"code\":\"body_too_large\"", "larger than 2097152 bytes");
  }

  @Test
  void aBodyOfUnknownLengthIsReadAsAnyOther() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              HttpResponse<String> response =
                  inChunks("/v1/replays", "{\"kind\":\"EVENTS\"}".getBytes(UTF_8));
              assertThat(response.statusCode()).isEqualTo(400);
              assertThat(response.body()).contains("Field from must be a time");
            });
  }
}
