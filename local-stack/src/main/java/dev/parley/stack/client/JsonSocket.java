package dev.parley.stack.client;

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
public final class JsonSocket {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String name;
  private final WebSocket socket;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  private JsonSocket(String name, WebSocket socket) {
    this.name = name;
    this.socket = socket;
  }

  /** Connects; every JSON text frame that arrives goes to the receiver. */
  public static JsonSocket connect(String name, URI uri, Consumer<JsonNode> receiver) {
    return connect(name, uri, receiver, () -> {});
  }

  /**
   * Connects.
   *
   * @param receiver gets every JSON text frame that arrives
   * @param broken runs when the connection has ended, by whichever side
   * @throws StackException when there is no connection within 10 s
   */
  public static JsonSocket connect(
      String name, URI uri, Consumer<JsonNode> receiver, Runnable broken) {
    try {
      WebSocket socket =
          Api.HTTP
              .newWebSocketBuilder()
              .connectTimeout(TIMEOUT)
              .buildAsync(uri, new Listener(name, receiver, broken))
              .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      return new JsonSocket(name, socket);
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException(name + " cannot connect to " + uri + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  /** Sends a text frame after everything sent before. */
  public synchronized void send(JsonNode frame) {
    last = last.thenCompose(done -> socket.sendText(frame.toString(), true));
  }

  /** Sends a binary frame after everything sent before. */
  public synchronized void send(ByteBuffer frame) {
    last = last.thenCompose(done -> socket.sendBinary(frame, true));
  }

  /** Closes after everything sent before. */
  public void close() {
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
    private final Runnable broken;
    private final StringBuilder text = new StringBuilder();

    Listener(String name, Consumer<JsonNode> receiver, Runnable broken) {
      this.name = name;
      this.receiver = receiver;
      this.broken = broken;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      broken.run();
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      broken.run();
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
