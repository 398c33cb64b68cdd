package dev.parley.simulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A real WebSocket client that keeps every frame it gets. */
final class RtcClient implements WebSocket.Listener {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private volatile boolean closed;
  private @Nullable WebSocket socket;

  static RtcClient connect() {
    RtcClient client = new RtcClient();
    client.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://" + CloudClient.host() + "/sim/rtc"), client)
            .join();
    return client;
  }

  RtcClient join(String room, String user) {
    return send(
        "{\"type\":\"join\",\"appId\":\""
            + CallbackStub.APP_ID
            + "\",\"roomId\":\""
            + room
            + "\",\"userId\":\""
            + user
            + "\",\"token\":\""
            + CloudClient.token(room, user)
            + "\"}");
  }

  RtcClient send(String text) {
    socket().sendText(text, true).join();
    return this;
  }

  /** Sends a frame to the agent. */
  RtcClient sendFrame(String agentUserId, String magic, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    byte[] frame =
        ByteBuffer.allocate(8 + bytes.length)
            .put(magic.getBytes(StandardCharsets.US_ASCII))
            .putInt(bytes.length)
            .put(bytes)
            .array();
    return send(
        "{\"type\":\"sendUserBinaryMessage\",\"userId\":\""
            + agentUserId
            + "\",\"base64\":\""
            + Base64.getEncoder().encodeToString(frame)
            + "\"}");
  }

  /** Breaks the connection without a word. */
  void abort() {
    socket().abort();
  }

  boolean closed() {
    return closed;
  }

  List<JsonNode> frames() {
    return frames;
  }

  /** Type of a frame, or name of an event. */
  List<String> names() {
    return frames.stream().map(RtcClient::name).toList();
  }

  /** Values of the binary messages with this magic. */
  List<JsonNode> values(String magic) {
    return frames.stream()
        .filter(frame -> name(frame).equals("onRoomBinaryMessageReceived"))
        .map(frame -> frame.at("/arguments/0/message/base64").asText())
        .map(base64 -> Base64.getDecoder().decode(base64))
        .filter(bytes -> new String(bytes, 0, 4, StandardCharsets.US_ASCII).equals(magic))
        .map(bytes -> parse(new String(bytes, 8, bytes.length - 8, StandardCharsets.UTF_8)))
        .toList();
  }

  /** Codes of the conversation stages so far. */
  List<Integer> stages() {
    return values("conv").stream().map(conv -> conv.at("/Stage/Code").asInt()).toList();
  }

  /** The subtitle texts that are final. */
  List<String> finalTexts() {
    return values("subv").stream()
        .map(subv -> subv.at("/data/0"))
        .filter(item -> item.path("definite").asBoolean())
        .map(item -> item.path("userId").asText() + ": " + item.path("text").asText())
        .toList();
  }

  private static String name(JsonNode frame) {
    return frame.path("type").asText().equals("event")
        ? frame.path("name").asText()
        : frame.path("type").asText();
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private WebSocket socket() {
    WebSocket open = socket;
    if (open == null) {
      throw new IllegalStateException("not connected");
    }
    return open;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      frames.add(parse(partial.toString()));
      partial.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closed = true;
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed = true;
  }
}
