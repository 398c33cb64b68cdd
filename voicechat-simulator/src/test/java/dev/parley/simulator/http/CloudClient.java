package dev.parley.simulator.http;

import static io.restassured.RestAssured.given;

import dev.parley.simulator.TestTokens;
import dev.parley.simulator.signature.TestSigner;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.Map;

/** Calls the simulated OpenAPI as a signing client would. */
final class CloudClient {

  private CloudClient() {}

  static String identity(String room, String task) {
    return "{\"AppId\":\""
        + CallbackStub.APP_ID
        + "\",\"RoomId\":\""
        + room
        + "\",\"TaskId\":\""
        + task
        + "\"";
  }

  /** A start for user ann and agent bot, with these further fields of Config and AgentConfig. */
  static String startBody(String room, String task, String config, String agentConfig) {
    return identity(room, task)
        + ",\"Config\":{"
        + config
        + "}"
        + ",\"AgentConfig\":{\"TargetUserId\":[\"ann\"],\"UserId\":\"bot\""
        + agentConfig
        + "}}";
  }

  static ValidatableResponse call(String action, String body) {
    return call(action, body, Map.of());
  }

  static ValidatableResponse call(String action, String body, Map<String, String> extraHeaders) {
    return send(action, body, signed(action, body), extraHeaders);
  }

  static Map<String, String> signed(String action, String body) {
    return new TestSigner(CallbackStub.ACCESS_KEY, CallbackStub.SECRET_KEY)
        .headers("POST", host(), query(action), body, Instant.now());
  }

  static ValidatableResponse send(
      String action, String body, Map<String, String> signed, Map<String, String> extraHeaders) {
    RequestSpecification request =
        given()
            .config(
                RestAssuredConfig.config()
                    .encoderConfig(
                        EncoderConfig.encoderConfig()
                            .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
            .urlEncodingEnabled(false)
            .headers(signed)
            .headers(extraHeaders);
    if (!body.isEmpty()) {
      request.body(body);
    }
    return request.post("/?" + query(action)).then();
  }

  static String query(String action) {
    return "Action=" + action + "&Version=2024-12-01";
  }

  static String host() {
    return "localhost:" + RestAssured.port;
  }

  static String token(String room, String user) {
    return TestTokens.issue(
        CallbackStub.APP_ID, CallbackStub.APP_KEY, room, user, 0, 0, 1, 2, 3, 4);
  }
}
