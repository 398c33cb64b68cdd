package dev.parley.stack.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.stack.StackException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A WebSocket that speaks JSON text frames. Frames are sent one after the other. */
final class Socket {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String name;
  private final WebSocket socket;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  private Socket(String name, WebSocket socket) {
    this.name = name;
    this.socket = socket;
  }

  /** Connects; every JSON text frame that arrives goes to the receiver. */
  static Socket connect(String name, URI uri, Consumer<JsonNode> receiver) {
    try {
      WebSocket socket =
          Api.HTTP
              .newWebSocketBuilder()
              .connectTimeout(TIMEOUT)
              .buildAsync(uri, new Listener(name, receiver))
              .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      return new Socket(name, socket);
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException(name + " cannot connect to " + uri + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  synchronized void send(JsonNode frame) {
    last = last.thenCompose(done -> socket.sendText(frame.toString(), true));
  }

  synchronized void send(ByteBuffer frame) {
    last = last.thenCompose(done -> socket.sendBinary(frame, true));
  }

  /** Closes after everything sent before. */
  void close() {
    CompletableFuture<?> sent;
    synchronized (this) {
      sent = last;
    }
    try {
      sent.thenCompose(done -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
          .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      socket.abort();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      socket.abort();
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static final class Listener implements WebSocket.Listener {
    private final String name;
    private final Consumer<JsonNode> receiver;
    private final StringBuilder text = new StringBuilder();

    Listener(String name, Consumer<JsonNode> receiver) {
      this.name = name;
      this.receiver = receiver;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
      text.append(part);
      if (whole) {
        String frame = text.toString();
        text.setLength(0);
        try {
          receiver.accept(Api.JSON.readTree(frame));
        } catch (JsonProcessingException e) {
          throw new StackException(name + " received what is not JSON");
        }
      }
      from.request(1);
      return null;
    }
  }
}
