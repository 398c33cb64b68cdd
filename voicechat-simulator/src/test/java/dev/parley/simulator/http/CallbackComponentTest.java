package dev.parley.simulator.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.simulator.http.CallbackStub.Received;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(CallbackStub.class)
class CallbackComponentTest {

  private static final String PUBLISH = "{\"type\":\"publishStream\",\"mediaType\":1}";
  private static final String WEATHER =
      "\"LLMConfig\":{\"Tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}]}";

  @BeforeEach
  void reset() {
    given().post("/admin/reset").then().statusCode(204);
    CallbackStub.forget();
  }

  @Test
  void reportsARoomFromFirstToLast() throws Exception {
    // Given
    RtcClient ann = RtcClient.connect().join("hook", "ann").send(PUBLISH);
    CloudClient.call("StartVoiceChat", CloudClient.startBody("hook", "t", "", "")).statusCode(200);
    await().untilAsserted(() -> assertThat(labels("hook")).contains("taskStart"));
    // When
    ann.send("{\"type\":\"say\",\"text\":\"hi\"}");
    await().untilAsserted(() -> assertThat(labels("hook")).contains("answerFinish"));
    CloudClient.call("StopVoiceChat", CloudClient.identity("hook", "t") + "}").statusCode(200);
    await().untilAsserted(() -> assertThat(labels("hook")).contains("taskUsage"));
    ann.send("{\"type\":\"leave\"}");
    await().untilAsserted(() -> assertThat(labels("hook")).contains("RoomDestroy"));
    // Then
    assertThat(labels("hook"))
        .containsExactly(
            "UserJoinRoom",
            "UserJoinRoom",
            "taskStart",
            "beginAsking",
            "asrFinish",
            "llmOutput",
            "answerStart",
            "answerFinish",
            "UserLeaveRoom",
            "taskStop",
            "taskUsage",
            "UserLeaveRoom",
            "RoomDestroy");
    List<Received> webhooks = CallbackStub.received("/webhook", "hook");
    assertThat(webhooks).extracting(Received::contentType).containsOnly("application/json");
    assertThat(webhooks)
        .extracting(each -> each.json().path("EventId").asText())
        .doesNotHaveDuplicates();
    for (Received webhook : webhooks) {
      assertThat(webhook.json().path("Signature").asText()).isEqualTo(signature(webhook.json()));
      webhook
          .json()
          .properties()
          .forEach(field -> assertThat(field.getValue().isTextual()).as(field.getKey()).isTrue());
    }
    JsonNode leave = webhooks.get(11).eventData();
    assertThat(leave.path("UserId").asText()).isEqualTo("ann");
    assertThat(leave.path("Reason").asText()).isEqualTo("userLeave");
    assertThat(leave.path("DeviceType").asText()).isEqualTo("web");
  }

  @Test
  void triesAWebhookAgainWithTheSameEventId() {
    // Given
    CallbackStub.answerNextWith("/webhook", "retry", 500);
    CallbackStub.answerNextWith("/webhook", "retry", 503);
    // When
    RtcClient.connect().join("retry", "ann");
    // Then
    await().untilAsserted(() -> assertThat(CallbackStub.received("/webhook", "retry")).hasSize(3));
    assertThat(CallbackStub.received("/webhook", "retry"))
        .extracting(Received::body)
        .containsOnly(CallbackStub.received("/webhook", "retry").get(0).body());
    await()
        .untilAsserted(
            () ->
                assertThat(
                        given().get("/admin/callbacks").jsonPath().getList("tries", Integer.class))
                    .containsExactly(3));
  }

  @Test
  void losesAndDoublesOnRequest() {
    // Given
    given()
        .contentType(ContentType.JSON)
        .body(
            "[{\"kind\":\"lose-callback\",\"on\":\"taskStart\"},"
                + "{\"kind\":\"duplicate-callback\",\"on\":\"taskStop\"}]")
        .put("/admin/faults")
        .then()
        .statusCode(204);
    // When
    CloudClient.call("StartVoiceChat", CloudClient.startBody("lossy", "t", "", "")).statusCode(200);
    await().untilAsserted(() -> assertThat(labels("lossy")).contains("UserJoinRoom"));
    CloudClient.call("StopVoiceChat", CloudClient.identity("lossy", "t") + "}").statusCode(200);
    // Then
    await().untilAsserted(() -> assertThat(labels("lossy")).contains("taskUsage"));
    assertThat(labels("lossy"))
        .containsExactly(
            "UserJoinRoom", "UserLeaveRoom", "RoomDestroy", "taskStop", "taskStop", "taskUsage");
    List<Received> stops =
        CallbackStub.received("/webhook", "lossy").stream()
            .filter(each -> each.label().equals("taskStop"))
            .toList();
    assertThat(stops.get(0)).isEqualTo(stops.get(1));
  }

  @Test
  void postsStatesAndSentencesWithoutAContentType() {
    // Given
    String agentConfig =
        ",\"EnableConversationStateCallback\":true,\"WelcomeMessage\":\"One. Two.\","
            + "\"ServerMessageURLForRTS\":\""
            + CallbackStub.url("/message")
            + "\",\"ServerMessageSignatureForRTS\":\"shared\"";
    // When
    CloudClient.call("StartVoiceChat", CloudClient.startBody("msg", "t", "", agentConfig))
        .statusCode(200);
    // Then
    await().untilAsserted(() -> assertThat(CallbackStub.received("/message", "msg")).hasSize(5));
    List<Received> messages = CallbackStub.received("/message", "msg");
    assertThat(messages).extracting(Received::contentType).containsOnlyNulls();
    assertThat(messages)
        .extracting(each -> each.json().path("signature").asText())
        .containsOnly("shared");
    assertThat(messages)
        .extracting(each -> frame(each).substring(0, 4))
        .containsExactly("conv", "subv", "subv", "conv", "conv");
    assertThat(parse(frame(messages.get(0)).substring(8)).at("/Stage/Description").asText())
        .isEqualTo("speaking");
    assertThat(parse(frame(messages.get(1)).substring(8)).at("/data/0/text").asText())
        .isEqualTo("One.");
    assertThat(parse(frame(messages.get(2)).substring(8)).at("/data/0/paragraph").asBoolean())
        .isTrue();
  }

  @Test
  void postsFunctionCallsAndTakesTheResultOverTheOpenApi() {
    // Given
    RtcClient ann = startWithFunctionUrl("func", "/function");
    // When
    ann.send("{\"type\":\"say\",\"text\":\"weather?\"}");
    await().untilAsserted(() -> assertThat(CallbackStub.received("/function", "func")).hasSize(2));
    List<Received> calls = CallbackStub.received("/function", "func");
    JsonNode message = parse(calls.get(1).json().path("Message").asText());
    String callId = message.at("/0/id").asText();
    CloudClient.call(
            "UpdateVoiceChat",
            CloudClient.identity("func", "t")
                + ",\"Command\":\"function\",\"Message\":\"{\\\"ToolCallID\\\":\\\""
                + callId
                + "\\\",\\\"Content\\\":\\\"rain\\\"}\"}")
        .statusCode(200);
    // Then
    await()
        .untilAsserted(
            () -> assertThat(ann.finalTexts()).endsWith("bot: Here is what I found: rain."));
    assertThat(calls)
        .extracting(each -> each.json().path("Type").asText())
        .containsExactly("information", "tool_calls");
    assertThat(calls)
        .extracting(each -> each.json().path("Signature").asText())
        .containsOnly("shared");
    assertThat(parse(calls.get(0).json().path("Message").asText()).at("/0/id").asText())
        .isEqualTo(callId);
    assertThat(message.at("/0/function/name").asText()).isEqualTo("weather");
    assertThat(ann.values("tool")).as("not to clients").isEmpty();
  }

  @Test
  void failsTheTurnWhenTheFunctionUrlRefuses() {
    // Given
    RtcClient ann = startWithFunctionUrl("nofunc", "/function");
    CallbackStub.answerNextWith("/function", "nofunc", 200);
    CallbackStub.answerNextWith("/function", "nofunc", 500);
    // When
    ann.send("{\"type\":\"say\",\"text\":\"weather?\"}");
    // Then
    await().untilAsserted(() -> assertThat(labels("nofunc")).endsWith("llm"));
    JsonNode error = CallbackStub.received("/webhook", "nofunc").getLast().eventData();
    assertThat(error.path("EventType").asInt()).isEqualTo(1);
    assertThat(error.at("/ErrorInfo/Errorcode").asInt()).isEqualTo(1004007);
    await().untilAsserted(() -> assertThat(ann.stages()).endsWith(0, 1));
    assertThat(
            ann.values("conv").stream()
                .map(conv -> conv.at("/ErrorInfo/ErrorCode").asInt())
                .filter(code -> code != 0))
        .containsExactly(1004007);
  }

  private static RtcClient startWithFunctionUrl(String room, String path) {
    RtcClient ann = RtcClient.connect().join(room, "ann").send(PUBLISH);
    String config =
        WEATHER
            + ",\"FunctionCallingConfig\":{\"ServerMessageUrl\":\""
            + CallbackStub.url(path)
            + "\",\"ServerMessageSignature\":\"shared\"}";
    CloudClient.call(
            "StartVoiceChat",
            CloudClient.startBody(room, "t", config, ",\"EnableConversationStateCallback\":true"))
        .statusCode(200);
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(1));
    return ann;
  }

  private static List<String> labels(String room) {
    return CallbackStub.received("/webhook", room).stream().map(Received::label).toList();
  }

  private static String frame(Received message) {
    byte[] bytes = Base64.getDecoder().decode(message.json().path("message").asText());
    return new String(bytes, StandardCharsets.UTF_8);
  }

  // For ASCII, the order of chars is the order of UTF-8 bytes.
  private static String signature(JsonNode envelope) throws Exception {
    String sorted =
        Stream.concat(
                Stream.of(
                        "EventType",
                        "EventData",
                        "EventTime",
                        "EventId",
                        "Version",
                        "AppId",
                        "Nonce")
                    .map(field -> envelope.path(field).asText()),
                Stream.of(CallbackStub.WEBHOOK_SECRET))
            .sorted()
            .reduce("", String::concat);
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(sorted.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode parse(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
