package dev.parley.room.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.parley.events.BadRow;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.Topic;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class EventBatchComponentTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String JOINED = "{'userInfo':{'userId':'bob'},'publishState':{}}";

  @TestHTTPResource("/")
  URI base;

  private static String batch(@Nullable String token, String events) {
    return "{%s'clientId':'web-1','clientTimeMillis':%d,'events':[%s]}"
        .formatted(
            token == null ? "" : "'token':'" + token + "',", System.currentTimeMillis(), events)
        .replace('\'', '"');
  }

  private static String event(long sequence, String name) {
    return event(sequence, name, "");
  }

  private static String event(long sequence, String name, String arguments) {
    return "{'sequence':%d,'clientTimeMillis':%d,'name':'%s','arguments':[%s]}"
        .formatted(sequence, System.currentTimeMillis(), name, arguments);
  }

  private static ValidatableResponse post(String room, @Nullable String bearer, String body) {
    var request = RestAssured.given().contentType("text/plain;charset=UTF-8").body(body);
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return request.post("/v1/rooms/" + room + "/events").then();
  }

  @Test
  void saysOfEachEventWhatBecameOfItAndTwiceIsOnce() {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS)) {
      // When
      String token = SessionKeys.participant("batch-1", "alice");
      String body =
          batch(null, event(1, "onTokenWillExpire") + "," + event(2, "onNope") + ",{'sequence':3}");
      for (int i = 0; i < 2; i++) {
        post("batch-1", token, body)
            .statusCode(200)
            .body("results.status", contains("kept", "refused", "refused"))
            .body(
                "results.code",
                contains(nullValue(), equalTo("unknown_event"), equalTo("malformed_event")));
      }

      // Then
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(observations.envelopes("batch-1"))
                      .filteredOn(e -> e.data() instanceof SdkEventReported)
                      .hasSize(2));
      assertThat(observations.envelopes("batch-1").stream().map(e -> e.id()).distinct()).hasSize(1);
    }
  }

  @Test
  void whatABatchReportsAndWhatFollowsBelongToItsTrace() {
    try (TopicReader topics =
        new TopicReader(Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS, Topic.BAD_ROWS)) {
      // When
      RestAssured.given()
          .contentType("text/plain;charset=UTF-8")
          .header("Authorization", "Bearer " + SessionKeys.participant("batch-trace", "alice"))
          .header("traceparent", TRACE)
          .body(batch(null, event(1, "onUserJoined", JOINED) + "," + event(2, "onNope", "")))
          .post("/v1/rooms/batch-trace/events")
          .then()
          .statusCode(200);

      // Then
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(topics.of("batch-trace"))
                      .hasAtLeastOneElementOfType(SdkEventReported.class)
                      .hasAtLeastOneElementOfType(BadRow.class)
                      .hasAtLeastOneElementOfType(UserJoined.class));
      assertThat(topics.envelopes("batch-trace"))
          .extracting(envelope -> envelope.traceparent())
          .containsOnly(TRACE);
    }
  }

  @Test
  void telemetryIsSampledOverBatchesOfEachUserByItself() {
    // Given
    String token = SessionKeys.participant("batch-telemetry", "alice");
    String bob = "{'userId':'bob','isScreen':false}";
    String carol = "{'userId':'carol','isScreen':false}";
    String first =
        batch(
            null,
            event(1, "onRemoteStreamStats", bob) + "," + event(2, "onRemoteStreamStats", carol));
    post("batch-telemetry", token, first).body("results.status", contains("kept", "kept"));

    // When, Then
    post("batch-telemetry", token, batch(null, event(3, "onRemoteStreamStats", bob)))
        .body("results.status", contains("sampled_out"));
    post("batch-telemetry", token, first).body("results.status", contains("kept", "kept"));
  }

  @Test
  void theExampleOfTheDocumentIsTaken() {
    // When: as the document shows it, at a time of now
    JsonPath document =
        RestAssured.given().accept("application/json").get("/q/openapi?format=json").jsonPath();
    Map<String, Object> shown =
        document.getMap(
            "paths.'/v1/rooms/{roomId}/events'.post.requestBody.content.'application/json'");
    String example =
        String.valueOf(
            document.getString(
                "paths.'/v1/rooms/{roomId}/events'.post.requestBody.content.'application/json'"
                    + ".examples.batch.value"));

    // Then
    assertThat(shown.get("schema")).isEqualTo(Map.of("$ref", "#/components/schemas/BatchBody"));
    assertThat(document.getMap("components.schemas.BatchBody.properties").keySet())
        .extracting(String::valueOf)
        .containsExactlyInAnyOrder("token", "clientId", "clientTimeMillis", "events");
    assertThat(document.getMap("components.schemas.BatchItem.properties").keySet())
        .extracting(String::valueOf)
        .containsExactlyInAnyOrder(
            "sequence",
            "clientTimeMillis",
            "name",
            "arguments",
            "frame",
            "direction",
            "peerUserId");
    assertThat(example).contains("ROOM_RECEIVED");
    post("batch-shown", SessionKeys.participant("batch-shown", "alice"), EventBatchResource.EXAMPLE)
        .statusCode(200)
        .body("results.status", contains("kept", "kept"));
  }

  @Test
  void aBeaconCarriesItsTokenInTheBody() {
    post(
            "batch-2",
            null,
            batch(SessionKeys.participant("batch-2", "alice"), event(1, "onTokenWillExpire")))
        .statusCode(200)
        .body("results.status", contains("kept"));
  }

  @Test
  void theSchemeOfATokenIsWrittenEitherWay() {
    for (String scheme : List.of("bearer", "BEARER", "Bearer")) {
      RestAssured.given()
          .contentType("application/json")
          .header("Authorization", scheme + " " + SessionKeys.participant("batch-scheme", "alice"))
          .body(batch(null, event(1, "onTokenWillExpire")))
          .post("/v1/rooms/batch-scheme/events")
          .then()
          .statusCode(200)
          .body("results.status", contains("kept"));
    }
  }

  @Test
  void theBodyIsReadWhateverItsContentTypeSays() throws Exception {
    // Given: REST Assured sends no content type that is none
    String body =
        batch(SessionKeys.participant("batch-type", "alice"), event(1, "onTokenWillExpire"));
    for (String type : List.of("garbage", "text/plain", "a/b/c", "application/xml")) {
      HttpRequest request =
          HttpRequest.newBuilder(base.resolve("/v1/rooms/batch-type/events"))
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();

      // When
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

      // Then
      assertThat(answer.statusCode()).as(type).isEqualTo(200);
      assertThat(answer.body()).contains("\"kept\"");
    }
  }

  @Test
  void refusesTheSessionOfAnotherRoom() {
    post("batch-3", SessionKeys.participant("batch-4", "alice"), batch(null, ""))
        .statusCode(403)
        .body("code", equalTo("room_not_allowed"));
  }

  @Test
  void refusesAnOperator() {
    post("batch-3", SessionKeys.operator(), batch(null, ""))
        .statusCode(403)
        .body("code", equalTo("forbidden"));
  }

  @Test
  void refusesNoTokenAndAForgedOne() {
    post("batch-3", null, batch(null, "")).statusCode(401).header("WWW-Authenticate", "Bearer");
    post("batch-3", SessionKeys.forged("batch-3", "alice"), batch(null, ""))
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .body("code", equalTo("unauthenticated"));
  }

  @Test
  void refusesABodyThatIsNoBatch() {
    post("batch-3", SessionKeys.participant("batch-3", "alice"), "nonsense")
        .statusCode(400)
        .body("code", equalTo("malformed_body"));
  }

  @Test
  void aBodyThatAnnouncesItselfAsTooLargeIsRefusedInWordsBeforeItCame() throws Exception {
    try (Socket socket = new Socket("localhost", RestAssured.port)) {
      socket.setSoTimeout(20_000);

      // When
      socket
          .getOutputStream()
          .write(
              """
              POST /v1/rooms/batch-large/events HTTP/1.1
              Host: localhost
              Content-Type: application/json
              Content-Length: 2097153

              """
                  .replace("\n", "\r\n")
                  .getBytes(UTF_8));

      // Then
      assertThat(answer(socket.getInputStream()))
          .startsWith("HTTP/1.1 413 ")
          .containsIgnoringCase("content-type: application/problem+json")
          .contains("\"code\":\"body_too_large\"", "larger than 2097152 bytes");
    }
  }

  // Up to the end of the problem: the connection stays open for as long as the body may yet come.
  private static String answer(InputStream from) throws IOException {
    StringBuilder answer = new StringBuilder();
    for (int next = from.read(); next >= 0; next = from.read()) {
      answer.append((char) next);
      if (next == '}') {
        break;
      }
    }
    return answer.toString();
  }
}
