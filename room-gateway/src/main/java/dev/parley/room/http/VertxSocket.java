package dev.parley.room.http;

import dev.parley.room.ingest.RelayLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;

/** A Vert.x socket with its event loop. */
record VertxSocket(Vertx vertx, Context context, ServerWebSocket socket) implements RelayLink {
  @Override
  public void send(String text) {
    if (!socket.isClosed()) {
      // A failed write closes the socket, and that is handled.
      Future<Void> unused = socket.writeTextMessage(text);
    }
  }

  @Override
  public boolean full() {
    return !socket.isClosed() && socket.writeQueueFull();
  }

  @Override
  public void ping() {
    // One who does not read needs no more to answer to.
    if (!socket.isClosed() && !full()) {
      Future<Void> unused = socket.writePing(Buffer.buffer());
    }
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void close(short code, String reason) {
    if (!socket.isClosed()) {
      // The close frame of the other side must be read, also when reports are not.
      socket.resume();
      Future<Void> unused = socket.close(code, reason);
    }
  }

  @Override
  public void run(Runnable task) {
    context.runOnContext(ignored -> task.run());
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    long timer =
        vertx.setTimer(
            Math.max(1, delay.toMillis()), id -> context.runOnContext(ignored -> task.run()));
    return () -> {
      boolean unused = vertx.cancelTimer(timer);
    };
  }
}
