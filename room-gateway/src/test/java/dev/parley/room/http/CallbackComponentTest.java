package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.events.BadRow;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.callback.CallbackPath;
import dev.parley.kit.secret.Secret;
import dev.parley.room.Rooms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class CallbackComponentTest {
  @TestHTTPResource("/")
  URI base;

  @Inject MeterRegistry metrics;

  private static final String APP = "123456781234567812345678";
  private static final String SECRET = "cb-secret-0123456789";
  private static final String PREVIOUS = "cb-secret-before";
  private static final Secret PATH_KEY = Secret.of("callback-path-key");

  private static ValidatableResponse post(String path, Object body) throws Exception {
    byte[] bytes =
        body instanceof String text
            ? text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)
            : Json.mapper().writeValueAsBytes(body);
    RequestSpecification request = RestAssured.given().contentType("").body(bytes);
    return request.post(path).then();
  }

  private static <T extends Payload> void awaitOne(
      TopicReader reader, String room, Class<T> type, Predicate<T> what) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(reader.of(room))
                    .filteredOn(type::isInstance)
                    .map(type::cast)
                    .anyMatch(what));
  }

  @Test
  void aSignedWebhookIsKeptAlsoWhenItComesAgainOrWithThePreviousSecret() throws Exception {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS)) {
      // When
      for (String secret : List.of(SECRET, SECRET, PREVIOUS)) {
        post(
                "/v1/callbacks/rtc/default",
                SignedWebhook.of(
                    secret,
                    "UserJoinRoom",
                    "{'RoomId':'hook-1','UserId':'alice','Timestamp':%d}"
                        .formatted(System.currentTimeMillis()),
                    Instant.now(),
                    "event-1"))
            .statusCode(200);
      }

      // Then
      awaitOne(
          observations, "hook-1", WebhookReceived.class, hook -> hook.eventId().equals("event-1"));
      assertThat(observations.envelopes("hook-1").stream().map(e -> e.id()).distinct()).hasSize(1);
    }
  }

  @Test
  void aWebhookBelongsToTheTraceThatItCarries() throws Exception {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS)) {
      // Given
      String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      Map<String, String> webhook =
          SignedWebhook.of(
              SECRET,
              "UserJoinRoom",
              "{'RoomId':'hook-traced','UserId':'alice','Timestamp':1750000000000}",
              Instant.now(),
              "event-traced");

      // When
      RestAssured.given()
          .contentType("")
          .header("traceparent", trace)
          .body(Json.mapper().writeValueAsBytes(webhook))
          .post("/v1/callbacks/rtc/default")
          .then()
          .statusCode(200);

      // Then
      awaitOne(observations, "hook-traced", WebhookReceived.class, hook -> true);
      assertThat(observations.envelopes("hook-traced"))
          .extracting(envelope -> envelope.traceparent())
          .containsOnly(trace);
    }
  }

  @Test
  void aWrongSignatureIsRefusedAndKept() throws Exception {
    try (TopicReader badRows = new TopicReader(Topic.BAD_ROWS)) {
      // When
      post(
              "/v1/callbacks/rtc/default",
              SignedWebhook.of(
                  "not-the-secret", "UserJoinRoom", "{'RoomId':'hook-2'}", Instant.now(), "wrong"))
          .statusCode(401)
          .contentType("application/problem+json")
          .body("code", equalTo("signature_mismatch"));

      // Then
      awaitOne(
          badRows,
          "",
          BadRow.class,
          row ->
              row.code().equals("signature_mismatch")
                  && row.source() == BadRow.Source.WEBHOOK
                  && new String(row.raw().toArray(), StandardCharsets.UTF_8).contains("wrong"));
    }
  }

  @Test
  void aFloodOfForgeriesIsRefusedButNotAllOfItKept() throws Exception {
    // Given
    Counter notKept = metrics.counter("parley.callbacks.refused.not.kept", "kind", "webhook");
    double before = notKept.count();

    // When: more than are kept in a second, however fast this machine is
    int sent = 0;
    while (notKept.count() == before && sent < 5000) {
      sent++;
      post("/v1/callbacks/rtc/flooded", "forged")
          .statusCode(401)
          .body("code", equalTo("callback_not_json"));
    }

    // Then
    assertThat(notKept.count() - before).isEqualTo(1);
    assertThat(sent).isGreaterThan(20);
  }

  @Test
  void aTamperedWebhookIsRefused() throws Exception {
    // Given
    Map<String, String> event =
        SignedWebhook.of(SECRET, "UserJoinRoom", "{'RoomId':'hook-3'}", Instant.now(), "e");
    event.put("EventData", "{\"RoomId\":\"another\"}");

    // When, Then
    post("/v1/callbacks/rtc/default", event)
        .statusCode(401)
        .body("code", equalTo("signature_mismatch"));
  }

  @Test
  void aReplayOfYesterdayIsRefused() throws Exception {
    // When, Then
    post(
            "/v1/callbacks/rtc/default",
            SignedWebhook.of(
                SECRET,
                "UserJoinRoom",
                "{'RoomId':'hook-4'}",
                Instant.now().minus(Duration.ofDays(1)),
                "old"))
        .statusCode(401)
        .body("code", equalTo("event_time_outside_window"));
  }

  @Test
  void aWebhookWithoutARoomIsKeptAsABadRow() throws Exception {
    try (TopicReader badRows = new TopicReader(Topic.BAD_ROWS)) {
      // When
      post(
              "/v1/callbacks/rtc/default",
              SignedWebhook.of(SECRET, "RecordStarted", "{}", Instant.now(), "no-room"))
          .statusCode(200);

      // Then
      awaitOne(badRows, "", BadRow.class, row -> row.code().equals("event_without_room"));
    }
  }

  @Test
  void whatIsNoJsonIsRefused() throws Exception {
    // When, Then
    post("/v1/callbacks/rtc/default", "nonsense")
        .statusCode(401)
        .body("code", equalTo("callback_not_json"));
  }

  @Test
  void anUnknownApplicationIsNotFound() throws Exception {
    // When, Then
    post("/v1/callbacks/rtc/nobody", "{}").statusCode(404).body("code", equalTo("unknown_app"));
  }

  @Test
  void aBodyBeyondTheBoundIsRefused() throws Exception {
    // When, Then
    post("/v1/callbacks/rtc/default", "x".repeat(262_145))
        .statusCode(413)
        .body("code", equalTo("body_too_large"));
  }

  private static String path(String room) {
    return CallbackPath.mint(PATH_KEY, new AppId(APP), new RoomId(room), new TaskId("task-1"));
  }

  @Test
  void aCallbackWithoutAnyContentTypeIsRead() throws Exception {
    // Given: unlike REST Assured, this client sends no such header when not told to
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/v1/callbacks/rtc/default"))
            .POST(HttpRequest.BodyPublishers.ofString("nonsense"))
            .build();

    // When
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("callback_not_json");
  }

  @Test
  void aMessageCallbackWithAnEmptyContentTypeIsKept() throws Exception {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS)) {
      // Given
      String frame = Rooms.conv(0, 1_750_000_000_123L, 1).toBase64();

      // When
      post(
              "/v1/callbacks/messages/default/" + path("message-1"),
              Map.of("message", frame, "signature", "message-secret"))
          .statusCode(200);

      // Then
      awaitOne(
          observations,
          "message-1",
          MessageCallbackReceived.class,
          message ->
              message.frame().toBase64().equals(frame)
                  && message.taskId().equals(new TaskId("task-1")));
    }
  }

  @Test
  void aMessageCallbackWithAWrongSignatureIsRefusedAndItsSignatureNotKept() throws Exception {
    try (TopicReader badRows = new TopicReader(Topic.BAD_ROWS)) {
      // When
      post(
              "/v1/callbacks/messages/default/" + path("message-2"),
              Map.of("message", "aW5mbwAAAAJ7fQ==", "signature", "message-secre"))
          .statusCode(401)
          .body("code", equalTo("signature_mismatch"));

      // Then
      awaitOne(
          badRows,
          "message-2",
          BadRow.class,
          row -> {
            String raw = new String(row.raw().toArray(), StandardCharsets.UTF_8);
            return row.code().equals("signature_mismatch")
                && raw.contains("\"signature\":\"****\"")
                && !raw.contains("message-secre")
                && row.origin().getOrDefault("path", "").endsWith("/****");
          });
    }
  }

  @Test
  void aMessageCallbackForAPathThatWasNotMintedIsRefused() throws Exception {
    // Given
    String minted = path("message-3");
    String other = minted.replace("message-3", "message-4");

    // When, Then
    post(
            "/v1/callbacks/messages/default/" + other,
            Map.of("message", "aW5mbwAAAAJ7fQ==", "signature", "message-secret"))
        .statusCode(401)
        .body("code", equalTo("callback_path_mismatch"));
  }

  @Test
  void aFunctionCallbackIsKept() throws Exception {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS)) {
      // When
      post(
              "/v1/callbacks/functions/default/" + path("function-1"),
              Map.of(
                  "Type",
                  "tool_calls",
                  "Message",
                  "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
                  "Signature",
                  "function-secret"))
          .statusCode(200);

      // Then
      awaitOne(
          observations,
          "function-1",
          FunctionCallbackReceived.class,
          call -> call.callbackType().equals("tool_calls"));
    }
  }

  @Test
  void aGenuineCallbackThatNoTopicTakesIsABadRow() throws Exception {
    try (TopicReader rows = new TopicReader(Topic.BAD_ROWS)) {
      // When: JSON escapes what has four bytes in UTF-8, and takes twelve for it
      post(
              "/v1/callbacks/functions/default/" + path("function-3"),
              "{'Type':'tool_calls','Message':['%s'],'Signature':'function-secret'}"
                  .formatted("😀".repeat(50_000)))
          .statusCode(200);

      // Then
      awaitOne(
          rows,
          "function-3",
          BadRow.class,
          row -> row.code().equals("event_too_large") && row.truncated());
      assertThat(rows.of("function-3"))
          .map(BadRow.class::cast)
          .noneMatch(
              row ->
                  new String(row.raw().toArray(), StandardCharsets.UTF_8)
                      .contains("function-secret"));
    }
  }

  @Test
  void aFunctionCallbackWithTheMessagesSignatureIsRefused() throws Exception {
    // When, Then
    post(
            "/v1/callbacks/functions/default/" + path("function-2"),
            Map.of("Type", "tool_calls", "Message", "[]", "Signature", "message-secret"))
        .statusCode(401)
        .body("code", equalTo("signature_mismatch"));
  }
}
