package dev.parley.simulator.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(CallbackStub.class)
class RtcComponentTest {

  private static final String STATES = ",\"EnableConversationStateCallback\":true";
  private static final String PUBLISH = "{\"type\":\"publishStream\",\"mediaType\":1}";

  @BeforeEach
  void reset() {
    given().post("/admin/reset").then().statusCode(204);
    CallbackStub.forget();
  }

  @Test
  void holdsAWholeConversation() {
    // Given
    script("coffee", "One coffee. Coming up!");
    RtcClient ann = RtcClient.connect().join("talk", "ann");
    ann.send("{\"type\":\"startAudioCapture\"}").send(PUBLISH);
    // When
    CloudClient.call(
            "StartVoiceChat",
            CloudClient.startBody("talk", "t", "", STATES + ",\"WelcomeMessage\":\"Welcome.\""))
        .statusCode(200);
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(3, 5, 1));
    ann.send("{\"type\":\"say\",\"text\":\"a coffee please\"}");
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(3, 5, 1, 2, 3, 5, 1));
    CloudClient.call("StopVoiceChat", CloudClient.identity("talk", "t") + "}").statusCode(200);
    // Then
    await().untilAsserted(() -> assertThat(ann.names()).endsWith("onUserLeave"));
    assertThat(ann.names())
        .startsWith("joined", "onUserJoined", "onUserPublishStream")
        .endsWith("onUserUnpublishStream", "onUserLeave");
    assertThat(ann.frames().get(1).at("/arguments/0"))
        .isEqualTo(
            json(
                "{'userInfo':{'userId':'bot'},'publishState':{'audio':false,'video':false,"
                    + "'screenAudio':false,'screenVideo':false}}"));
    assertThat(ann.frames().get(2).at("/arguments/0"))
        .isEqualTo(json("{'userId':'bot','mediaType':1}"));
    assertThat(ann.frames().getLast().at("/arguments/0"))
        .isEqualTo(json("{'userInfo':{'userId':'bot'},'reason':0,'tag':'userLeave'}"));
    assertThat(ann.finalTexts())
        .containsExactly(
            "bot: Welcome.", "ann: a coffee please", "bot: One coffee.", "bot:  Coming up!");
    assertThat(
            ann.frames().stream()
                .filter(frame -> frame.at("/arguments/0/message").isObject())
                .map(frame -> frame.at("/arguments/0/userId").asText()))
        .containsOnly("bot");
  }

  @Test
  void isInterruptedByAFrame() {
    // Given
    RtcClient ann = RtcClient.connect().join("cut", "ann").send(PUBLISH);
    String welcome = ",\"WelcomeMessage\":\"" + "very long welcome ".repeat(200) + "\"";
    CloudClient.call("StartVoiceChat", CloudClient.startBody("cut", "t", "", STATES + welcome))
        .statusCode(200);
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(3));
    // When
    ann.sendFrame(
        "bot", "ctrl", "{\"Command\":\"interrupt\",\"InterruptMode\":0,\"Message\":\"\"}");
    // Then
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(3, 4, 1));
  }

  @Test
  void isInterruptedByTheVoiceOfTheUser() {
    // Given
    RtcClient ann = RtcClient.connect().join("voice", "ann").send(PUBLISH);
    String welcome = ",\"WelcomeMessage\":\"" + "very long welcome ".repeat(200) + "\"";
    CloudClient.call("StartVoiceChat", CloudClient.startBody("voice", "t", "", STATES + welcome))
        .statusCode(200);
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(3));
    // When
    ann.send("{\"type\":\"say\",\"text\":\"wait\"}");
    // Then
    await().untilAsserted(() -> assertThat(ann.stages()).startsWith(3, 4, 2, 3));
    assertThat(ann.finalTexts()).contains("ann: wait");
  }

  @Test
  void callsAToolAndSpeaksItsResult() {
    // Given
    RtcClient ann = RtcClient.connect().join("tool", "ann").send(PUBLISH);
    String tools =
        "\"LLMConfig\":{\"Tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
            + "\"parameters\":{\"type\":\"object\",\"properties\":{\"place\":{\"type\":"
            + "\"string\"}}}}}]}";
    CloudClient.call("StartVoiceChat", CloudClient.startBody("tool", "t", tools, STATES))
        .statusCode(200);
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(1));
    // When
    ann.send("{\"type\":\"say\",\"text\":\"how is the weather\"}");
    await().untilAsserted(() -> assertThat(ann.values("tool")).hasSize(1));
    JsonNode tool = ann.values("tool").get(0);
    String callId = tool.at("/tool_calls/0/id").asText();
    ann.sendFrame(
        "bot", "func", "{\"ToolCallID\":\"" + callId + "\",\"Content\":\"sunny, 25 degrees\"}");
    // Then
    await()
        .untilAsserted(
            () ->
                assertThat(ann.finalTexts())
                    .endsWith("bot: Here is what I found: sunny, 25 degrees."));
    assertThat(tool.path("subscriber_user_id").asText("absent")).isEmpty();
    assertThat(tool.at("/tool_calls/0/type").asText()).isEqualTo("function");
    assertThat(tool.at("/tool_calls/0/function"))
        .isEqualTo(
            json(
                "{'name':'get_weather','arguments':'{\\\"place\\\":\\\"how is the weather\\\"}'}"));
  }

  @Test
  void takesCommandsOverTheOpenApi() {
    // Given
    RtcClient ann = RtcClient.connect().join("cmd", "ann").send(PUBLISH);
    String fast = "\"SubtitleConfig\":{\"SubtitleMode\":1}";
    CloudClient.call("StartVoiceChat", CloudClient.startBody("cmd", "t", fast, STATES))
        .statusCode(200);
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(1));
    // When
    CloudClient.call(
            "UpdateVoiceChat",
            CloudClient.identity("cmd", "t")
                + ",\"Command\":\"ExternalTextToSpeech\",\"Message\":\"hello you\","
                + "\"InterruptMode\":1}")
        .statusCode(200);
    // Then
    await().untilAsserted(() -> assertThat(ann.stages()).containsExactly(1, 3, 5, 1));
    assertThat(ann.values("subv").stream().map(subv -> subv.at("/data/0/text").asText()))
        .containsExactly("hello ", "you", "");
    JsonNode closing = ann.values("subv").getLast().at("/data/0");
    assertThat(closing.path("definite").asBoolean()).isTrue();
    assertThat(closing.path("paragraph").asBoolean()).isTrue();
    assertThat(closing.path("sequence").asInt()).isEqualTo(2);
  }

  @Test
  void tellsOthersOfABrokenConnection() {
    // Given
    RtcClient ann = RtcClient.connect().join("lost", "ann");
    await().untilAsserted(() -> assertThat(ann.names()).contains("joined"));
    RtcClient bob = RtcClient.connect().join("lost", "bob");
    await().untilAsserted(() -> assertThat(bob.names()).containsExactly("joined", "onUserJoined"));
    // When
    ann.abort();
    // Then
    await().untilAsserted(() -> assertThat(bob.names()).endsWith("onUserLeave"));
    assertThat(bob.frames().getLast().at("/arguments/0"))
        .isEqualTo(json("{'userInfo':{'userId':'ann'},'reason':1,'tag':'connectionLost'}"));
  }

  @Test
  void putsTheEarlierConnectionOfAUserOut() {
    // Given
    RtcClient earlier = RtcClient.connect().join("twice", "ann");
    await().untilAsserted(() -> assertThat(earlier.names()).contains("joined"));
    // When
    RtcClient later = RtcClient.connect().join("twice", "ann");
    // Then
    await().untilAsserted(() -> assertThat(earlier.closed()).isTrue());
    assertThat(earlier.frames().getLast().at("/arguments/0"))
        .isEqualTo(json("{'errorCode':'DUPLICATE_LOGIN'}"));
    assertThat(later.closed()).isFalse();
  }

  @Test
  void saysWhatIsWrongWithAFrame() {
    // Given
    RtcClient client = RtcClient.connect();
    // When
    client.send("no json").send("{\"type\":\"dance\"}").send(PUBLISH).join("a room", "ann");
    client.send(
        "{\"type\":\"join\",\"appId\":\""
            + CallbackStub.APP_ID
            + "\",\"roomId\":\"r\",\"userId\":\"ann\",\"token\":\"001x\"}");
    // Then
    await().untilAsserted(() -> assertThat(client.frames()).hasSize(5));
    assertThat(client.frames().stream().map(frame -> frame.path("code").asText()))
        .containsExactlyInAnyOrder(
            "INVALID_PARAMS",
            "INVALID_PARAMS",
            "INVALID_PARAMS",
            "NOT_CONNECTED_YET",
            "INVALID_TOKEN");
  }

  @Test
  void takesAMessageOf64KilobytesAndNoMore() {
    // Given
    RtcClient ann = RtcClient.connect().join("big", "ann");
    RtcClient bob = RtcClient.connect().join("big", "bob");
    await().untilAsserted(() -> assertThat(bob.names()).contains("joined"));
    // When
    ann.sendFrame("bob", "ctrl", "x".repeat(65_536 - 8));
    ann.sendFrame("bob", "ctrl", "x".repeat(65_536 - 7));
    // Then
    await().untilAsserted(() -> assertThat(bob.names()).contains("onUserBinaryMessageReceived"));
    await()
        .untilAsserted(
            () ->
                assertThat(ann.frames().getLast().path("code").asText())
                    .isEqualTo("INVALID_PARAMS"));
    assertThat(bob.names().stream().filter("onUserBinaryMessageReceived"::equals)).hasSize(1);
  }

  @Test
  void refusesMoreConnectionsThanItsBound() {
    // Given: those of other tests may still be there, so one more than the bound is enough
    List<RtcClient> clients = new ArrayList<>();
    // When
    for (int i = 0; i < 21; i++) {
      clients.add(RtcClient.connect());
    }
    // Then
    RtcClient last = clients.getLast();
    await().untilAsserted(() -> assertThat(last.closed()).isTrue());
    assertThat(last.frames().get(0).path("code").asText()).isEqualTo("JOIN_ROOM_FAILED");
    clients.forEach(RtcClient::abort);
    await()
        .untilAsserted(
            () -> {
              RtcClient next = RtcClient.connect().join("free", "ann");
              await().until(() -> !next.frames().isEmpty());
              assertThat(next.names()).startsWith("joined");
            });
  }

  private static void script(String whenUserSays, String answer) {
    given()
        .contentType(ContentType.JSON)
        .body(
            "{\"lines\":[{\"whenUserSays\":\""
                + whenUserSays
                + "\",\"answer\":\""
                + answer
                + "\"}]}")
        .post("/admin/script")
        .then()
        .statusCode(204);
  }

  private static JsonNode json(String singleQuoted) {
    try {
      return new ObjectMapper().readTree(singleQuoted.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
