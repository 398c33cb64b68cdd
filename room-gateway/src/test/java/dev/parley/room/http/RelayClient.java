package dev.parley.room.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.room.Rooms;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A real WebSocket client, of the JDK, that speaks the relay protocol. */
public final class RelayClient implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<JsonNode> received = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;

  private RelayClient(URI uri) {
    socket =
        HTTP.newWebSocketBuilder()
            .buildAsync(
                uri,
                new WebSocket.Listener() {
                  private final StringBuilder text = new StringBuilder();

                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence data, boolean last) {
                    text.append(data);
                    if (last) {
                      received.add(Rooms.json(text.toString()));
                      text.setLength(0);
                    }
                    from.request(1);
                    return CompletableFuture.completedStage(null);
                  }

                  @Override
                  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                    closed.complete(code);
                    return CompletableFuture.completedStage(null);
                  }

                  @Override
                  public void onError(WebSocket from, Throwable error) {
                    // As browsers have it: cut off, without a close frame.
                    closed.complete(1006);
                  }
                })
            .join();
  }

  public static RelayClient connect(URI base, String room) {
    return at(base, "/v1/rooms/%s/relay".formatted(room));
  }

  public static RelayClient at(URI base, String path) {
    return new RelayClient(
        URI.create("ws://%s:%d%s".formatted(base.getHost(), base.getPort(), path)));
  }

  public RelayClient hello(String token, String client) {
    return text(
        "{'type':'hello','token':'%s','clientId':'%s','sdkVersion':'4.68.4','clientTimeMillis':%d}"
            .formatted(token, client, System.currentTimeMillis()));
  }

  public RelayClient event(long sequence, String name, String arguments) {
    return text(
        "{'type':'event','sequence':%d,'clientTimeMillis':%d,'name':'%s','arguments':[%s]}"
            .formatted(sequence, System.currentTimeMillis(), name, arguments));
  }

  public RelayClient text(String text) {
    socket.sendText(text.replace('\'', '"'), true).join();
    return this;
  }

  RelayClient binary(long sequence, int direction, String peer, byte[] frame) {
    byte[] id = peer.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(20 + id.length + frame.length);
    out.put((byte) 1).put((byte) direction).putLong(sequence);
    out.putLong(System.currentTimeMillis()).putShort((short) id.length).put(id).put(frame);
    return bytes(out.array());
  }

  RelayClient bytes(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    return this;
  }

  /** The gateway may cut the connection before all of it is written. */
  RelayClient bytesThatMayNotArrive(byte[] bytes) {
    WebSocket unused =
        socket.sendBinary(ByteBuffer.wrap(bytes), true).exceptionally(failure -> socket).join();
    return this;
  }

  public List<JsonNode> received(String type) {
    return received.stream().filter(frame -> frame.path("type").asText().equals(type)).toList();
  }

  public long acknowledged() {
    return received("ack").stream().mapToLong(ack -> ack.path("sequence").asLong()).max().orElse(0);
  }

  /** How the connection ended. */
  public int closeCode() throws Exception {
    return closed.get(15, TimeUnit.SECONDS);
  }

  /** True when either side has ended the connection. */
  public boolean closed() {
    return closed.isDone();
  }

  /** Ends the connection as a broken network would. */
  void vanish() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
