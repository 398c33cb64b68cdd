package dev.parley.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.StackException;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One user's client application: gets a token, joins the (simulated) room as the Web SDK would, and
 * relays whatever the SDK reports to the gateway.
 */
final class Participant {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final byte RELAY_VERSION = 1;
  private static final byte ROOM_RECEIVED = 0;

  private final String userId;
  private final Ports ports;
  private final JsonNode token;
  private final CountDownLatch joined = new CountDownLatch(1);
  private final CountDownLatch welcomed = new CountDownLatch(1);
  private final AtomicLong acknowledged = new AtomicLong();
  private long sequence;
  private @Nullable Socket relay;
  private @Nullable Socket sdk;
  private volatile @Nullable String problem;

  private Participant(String userId, Ports ports, JsonNode token) {
    this.userId = userId;
    this.ports = ports;
    this.token = token;
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

  String appId() {
    return token.path("appId").asText();
  }

  String session() {
    return token.path("session").path("token").asText();
  }

  private String roomId() {
    return token.path("roomId").asText();
  }

  /** Opens the relay, then joins the room. */
  void join() {
    Socket openedRelay =
        Socket.connect(
            userId + "'s relay",
            URI.create(
                "ws://localhost:" + ports.roomGateway() + "/v1/rooms/" + roomId() + "/relay"),
            this::onRelayFrame);
    relay = openedRelay;
    openedRelay.send(
        Api.object()
            .put("type", "hello")
            .put("token", session())
            .put("clientId", "demo-" + userId)
            .put("sdkVersion", "simulated")
            .put("clientTimeMillis", System.currentTimeMillis()));
    await(welcomed, "the gateway's welcome");
    Socket openedSdk =
        Socket.connect(
            userId + "'s SDK",
            URI.create("ws://localhost:" + ports.simulator() + "/sim/rtc"),
            this::onSdkFrame);
    sdk = openedSdk;
    openedSdk.send(
        Api.object()
            .put("type", "join")
            .put("appId", appId())
            .put("roomId", roomId())
            .put("userId", userId)
            .put("token", token.path("accessToken").asText()));
    await(joined, "the room");
  }

  private void await(CountDownLatch latch, String what) {
    try {
      if (!latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new StackException(
            userId
                + " waited "
                + TIMEOUT.toSeconds()
                + " s for "
                + what
                + (problem == null ? "" : ": " + problem));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  private void onRelayFrame(JsonNode frame) {
    switch (frame.path("type").asText()) {
      case "welcome" -> welcomed.countDown();
      case "ack" -> acknowledged.set(frame.path("sequence").asLong());
      case "error" -> problem = frame.path("code").asText() + " " + frame.path("detail").asText();
      default -> {
        // Later versions of the protocol may say more.
      }
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
  private synchronized void relayEvent(String name, JsonNode arguments) {
    Socket to = relay;
    if (to == null) {
      return;
    }
    sequence++;
    if (name.equals("onRoomBinaryMessageReceived")) {
      JsonNode message = arguments.path(0);
      byte[] frame = Base64.getDecoder().decode(message.path("message").path("base64").asText());
      byte[] peer = message.path("userId").asText().getBytes(StandardCharsets.UTF_8);
      ByteBuffer binary =
          ByteBuffer.allocate(2 + 2 * Long.BYTES + Short.BYTES + peer.length + frame.length);
      binary.put(RELAY_VERSION).put(ROOM_RECEIVED);
      binary.putLong(sequence).putLong(System.currentTimeMillis());
      binary.putShort((short) peer.length).put(peer).put(frame).flip();
      to.send(binary);
    } else {
      ObjectNode event =
          Api.object()
              .put("type", "event")
              .put("sequence", sequence)
              .put("clientTimeMillis", System.currentTimeMillis())
              .put("name", name);
      event.set("arguments", arguments);
      to.send(event);
    }
  }

  /** Does something in the room, by the simulator's frames. */
  void act(ObjectNode frame) {
    Socket to = sdk;
    if (to == null) {
      throw new StackException(userId + " has not joined");
    }
    to.send(frame);
  }

  /** How many of its reports the gateway has not acknowledged. */
  synchronized long unacknowledged() {
    return sequence - acknowledged.get();
  }

  synchronized long reported() {
    return sequence;
  }

  /** Leaves the room and says goodbye to the gateway. */
  void leave() {
    Socket from = sdk;
    if (from != null) {
      from.send(Api.object().put("type", "leave"));
      from.close();
    }
    Socket to = relay;
    if (to != null) {
      to.send(Api.object().put("type", "goodbye"));
      to.close();
    }
  }
}
