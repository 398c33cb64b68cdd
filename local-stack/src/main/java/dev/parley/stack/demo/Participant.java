package dev.parley.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.client.JsonSocket;
import dev.parley.stack.client.RelayClient;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One user's client application: gets a token, joins the (simulated) room as the Web SDK would, and
 * relays whatever the SDK reports to the gateway.
 */
final class Participant {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final String userId;
  private final Ports ports;
  private final JsonNode token;
  private final RelayClient relay;
  private final CountDownLatch joined = new CountDownLatch(1);
  private @Nullable JsonSocket sdk;
  private volatile @Nullable String problem;

  private Participant(String userId, Ports ports, JsonNode token) {
    this.userId = userId;
    this.ports = ports;
    this.token = token;
    this.relay =
        new RelayClient(
            List.of(URI.create("ws://localhost:" + ports.roomGateway())),
            token.path("roomId").asText(),
            session(),
            "demo-" + userId);
  }

  /** Asks token-service for an access token. */
  static Participant withToken(String userId, String roomId, Ports ports) {
    String bearer =
        Api.text(URI.create("http://localhost:" + ports.issuer() + "/token?user=" + userId));
    ObjectNode body = Api.object().put("roomId", roomId);
    body.putArray("privileges").add("publish").add("subscribe");
    JsonNode token =
        Api.call(
                "POST",
                URI.create("http://localhost:" + ports.tokenService() + "/v1/tokens"),
                bearer,
                body,
                Map.of())
            .body();
    return new Participant(userId, ports, token);
  }

  String session() {
    return token.path("session").path("token").asText();
  }

  /** Opens the relay, then joins the room. */
  void join() {
    relay.connect();
    JsonSocket opened =
        JsonSocket.connect(
            userId + "'s SDK",
            URI.create("ws://localhost:" + ports.simulator() + "/sim/rtc"),
            this::onSdkFrame);
    sdk = opened;
    opened.send(
        Api.object()
            .put("type", "join")
            .put("appId", token.path("appId").asText())
            .put("roomId", token.path("roomId").asText())
            .put("userId", userId)
            .put("token", token.path("accessToken").asText()));
    try {
      if (!joined.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new StackException(
            userId
                + " waited "
                + TIMEOUT.toSeconds()
                + " s for the room"
                + (problem == null ? "" : ": " + problem));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  private void onSdkFrame(JsonNode frame) {
    switch (frame.path("type").asText()) {
      case "joined" -> joined.countDown();
      case "event" -> relayEvent(frame.path("name").asText(), frame.path("arguments"));
      case "error" -> problem = frame.path("code").asText() + " " + frame.path("message").asText();
      default -> {
        // Nothing else concerns the relay.
      }
    }
  }

  // As the web client does: SDK events as they are, binary messages as bytes.
  private void relayEvent(String name, JsonNode arguments) {
    long now = System.currentTimeMillis();
    if (name.equals("onRoomBinaryMessageReceived")) {
      JsonNode message = arguments.path(0);
      relay.binaryMessage(
          message.path("userId").asText(),
          Base64.getDecoder().decode(message.path("message").path("base64").asText()),
          now);
    } else {
      relay.event(name, arguments, now);
    }
  }

  /** Does something in the room, by the simulator's frames. */
  void act(ObjectNode frame) {
    JsonSocket to = sdk;
    if (to == null) {
      throw new StackException(userId + " has not joined");
    }
    to.send(frame);
  }

  /** How many of its reports the gateway has not acknowledged. */
  long unacknowledged() {
    return relay.reported() - relay.acknowledged();
  }

  long reported() {
    return relay.reported();
  }

  /** Leaves the room, waits until the gateway has every report, and says goodbye. */
  void leave() {
    JsonSocket from = sdk;
    if (from != null) {
      from.send(Api.object().put("type", "leave"));
      from.close();
    }
    relay.awaitAcknowledged(TIMEOUT);
    relay.goodbye();
  }
}
