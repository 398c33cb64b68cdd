package dev.parley.room.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.room.push.RoomListener;
import dev.parley.room.push.StreamRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** A listener's connection as server-sent events. */
final class EventStream implements RoomListener.Outlet {
  private static final int WRITE_QUEUE_BYTES = 64 * 1024;
  private static final int JOINED_CHARACTERS = 16 * 1024;

  private final RoutingContext request;
  private final HttpServerResponse response;
  private final Context context;
  private final StreamDesk desk;

  // A write of its own for each event costs a system call, a chunk and a packet.
  private final StringBuilder joined = new StringBuilder();

  EventStream(RoutingContext request, Context context, StreamDesk desk) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.desk = desk;
  }

  void begin(RoomListener listener, Runnable gone) {
    response.closeHandler(closed -> gone.run()).endHandler(ended -> gone.run());
    response
        .setChunked(true)
        .setWriteQueueMaxSize(WRITE_QUEUE_BYTES)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        // Proxies that collect answers would keep events back.
        .putHeader("X-Accel-Buffering", "no")
        .drainHandler(drained -> listener.writable());
    write("retry: 2000\n: listening\n\n");
  }

  @Override
  public boolean full() {
    return response.writeQueueFull();
  }

  @Override
  public void event(String position, StreamRecord.Event event) {
    joined
        .append("id: ")
        .append(desk.id(position))
        .append("\ndata: ")
        .append(event.json())
        .append("\n\n");
    if (joined.length() >= JOINED_CHARACTERS) {
      flush();
    }
  }

  @Override
  public void flush() {
    if (!joined.isEmpty()) {
      write(joined.toString());
      joined.setLength(0);
    }
  }

  @Override
  public void alive(String position) {
    // An id without data is no event: the client only remembers where it stands.
    write(": alive\nid: " + desk.id(position) + "\n\n");
  }

  @Override
  public void gap(String code, String detail) {
    write(named("gap", code, detail));
  }

  @Override
  public void end(RoomListener.End reason) {
    if (response.closed() || response.ended()) {
      return;
    }
    Future<Void> sent =
        response.end(named("end", reason.name().toLowerCase(Locale.ROOT), reason.detail()));
    // One that reads nothing would keep what is unsent in memory.
    Runnable kept =
        StreamDesk.after(
            request.vertx(),
            desk.settings().slowAfter(),
            () -> {
              // Over HTTP/2 others share the connection: the stream alone is given up. Over HTTP/1
              // an answer that was ended cannot be, so the connection goes.
              if (!response.reset()) {
                Future<Void> unused = request.request().connection().close();
              }
            });
    sent.onComplete(done -> kept.run());
  }

  @Override
  public void run(Runnable task) {
    context.runOnContext(ignored -> task.run());
  }

  private void write(String text) {
    if (!response.closed() && !response.ended()) {
      // A failed write closes the connection, and that is handled.
      Future<Void> unused = response.write(text);
    }
  }

  private static String named(String name, String code, String detail) {
    return "event: "
        + name
        + "\ndata: "
        + JsonNodeFactory.instance.objectNode().put("code", code).put("detail", detail)
        + "\n\n";
  }
}
