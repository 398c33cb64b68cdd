package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.client.JsonSocket;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A person in a simulated room. Nobody but the cloud's webhooks tells of its coming and going. */
final class Guest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final JsonSocket socket;

  private Guest(JsonSocket socket) {
    this.socket = socket;
  }

  /** Gets a token and enters. */
  static Guest enter(Ports ports, String roomId, String userId) {
    String bearer =
        Api.text(URI.create("http://localhost:" + ports.issuer() + "/token?user=" + userId));
    ObjectNode body = Api.object().put("roomId", roomId);
    body.putArray("privileges").add("publish").add("subscribe");
    URI tokens = URI.create("http://localhost:" + ports.tokenService() + "/v1/tokens");
    JsonNode token = Api.call("POST", tokens, bearer, body, Map.of()).body();
    CountDownLatch joined = new CountDownLatch(1);
    JsonSocket socket =
        JsonSocket.connect(
            userId,
            URI.create("ws://localhost:" + ports.simulator() + "/sim/rtc"),
            frame -> {
              if (frame.path("type").asText().equals("joined")) {
                joined.countDown();
              }
            });
    socket.send(
        Api.object()
            .put("type", "join")
            .put("appId", token.path("appId").asText())
            .put("roomId", roomId)
            .put("userId", userId)
            .put("token", token.path("accessToken").asText()));
    try {
      if (!joined.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new StackException(userId + " cannot enter " + roomId);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
    return new Guest(socket);
  }

  void leave() {
    socket.send(Api.object().put("type", "leave"));
    socket.close();
  }
}
