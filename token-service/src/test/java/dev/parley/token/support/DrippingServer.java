package dev.parley.token.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Answers every request with a byte of its body every few milliseconds, and never with the last.
 */
public final class DrippingServer implements AutoCloseable {
  private static final int PERIOD_MILLIS = 20;

  private final ServerSocket server;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);

  public DrippingServer() {
    try {
      server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::answer);
  }

  public URI address() {
    return URI.create("http://localhost:" + server.getLocalPort() + "/");
  }

  /** Completes when the client has closed the connection. */
  public CompletionStage<Void> left() {
    return left;
  }

  private void answer() {
    try {
      Socket socket = server.accept();
      write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
      ScheduledFuture<?> unused =
          threads.scheduleAtFixedRate(() -> drip(socket), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      // Nobody called before the test was over.
    }
  }

  private void drip(Socket socket) {
    try {
      write(socket, " ");
    } catch (IOException e) {
      // Ends the dripping: the client is gone.
      left.complete(null);
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
