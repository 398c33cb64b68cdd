package dev.parley.room.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.codec.Json;
import dev.parley.room.http.StreamDesk.Wish;
import dev.parley.room.ingest.RefusedReportException;
import dev.parley.room.ingest.RelayFrames;
import dev.parley.room.ingest.SessionLife;
import dev.parley.room.ingest.VerifiedSession;
import dev.parley.room.push.RoomListener;
import dev.parley.room.push.StreamRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A listener's connection as a WebSocket: hello with the session token first, as on the relay. Runs
 * on the socket's event loop.
 */
final class StreamSocket implements RoomListener.Outlet {
  private static final short MALFORMED = 4400;
  private static final short UNAUTHENTICATED = 4401;
  private static final short FORBIDDEN = 4403;
  private static final short TIMEOUT = 4408;
  private static final short TRY_AGAIN_LATER = 1013;

  private final StreamDesk desk;
  private final VertxSocket socket;
  private final OpenConnections.Place place;
  private final SessionLife session;
  private Wish wish;
  private Runnable cancelTimer = () -> {};
  private @Nullable RoomListener listener;
  private boolean greeted;
  private boolean refused;
  private boolean closed;

  StreamSocket(StreamDesk desk, Wish wish, VertxSocket socket, OpenConnections.Place place) {
    this.desk = desk;
    this.wish = wish;
    this.socket = socket;
    this.place = place;
    this.session =
        new SessionLife(desk::verify, desk.settings().expiryNotice(), desk.clock(), new Owner());
  }

  void start() {
    socket.socket().textMessageHandler(this::text);
    socket
        .socket()
        .binaryMessageHandler(
            bytes -> refuse(MALFORMED, "malformed_frame", "A stream takes text frames alone."));
    socket.socket().drainHandler(drained -> writable());
    socket.socket().exceptionHandler(failure -> {});
    socket.socket().closeHandler(gone -> closed());
    cancelTimer =
        socket.after(
            desk.settings().helloTimeout(),
            () -> {
              if (!greeted) {
                refuse(TIMEOUT, "hello_timeout", "Send hello as the first frame.");
              }
            });
    place.endsBy(() -> socket.run(this::stop));
  }

  private void stop() {
    if (listener == null) {
      end(RoomListener.End.STOPPING);
    } else {
      listener.end(RoomListener.End.STOPPING);
    }
  }

  // Every frame of the client may be answered: one who reads no answers is not read either.
  private void answered() {
    if (socket.full()) {
      socket.pause();
    }
  }

  private void writable() {
    socket.resume();
    if (listener != null) {
      listener.writable();
    }
  }

  private void closed() {
    closed = true;
    cancelTimer.run();
    session.end();
    if (listener != null) {
      desk.gone(listener);
    }
    place.leave();
  }

  private void text(String text) {
    JsonNode frame;
    try {
      frame = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      refuse(MALFORMED, "malformed_frame", "The frame is not JSON.");
      return;
    }
    try {
      switch (frame.path("type").asText("")) {
        case "hello" ->
            hello(RelayFrames.text(frame, "token"), frame.path("lastEventId").asText(""));
        case "renew" -> {
          if (listener == null) {
            refuse(MALFORMED, "hello_expected", "Send hello first, and wait for welcome.");
          } else {
            session.renew(RelayFrames.text(frame, "token"));
          }
        }
        default -> refuse(MALFORMED, "unknown_frame_type", "Field type must be hello or renew.");
      }
    } catch (RefusedReportException e) {
      refuse(MALFORMED, e.code(), e.detail());
    }
  }

  private void hello(String token, String lastEventId) {
    if (greeted) {
      refuse(MALFORMED, "hello_repeated", "Send hello once.");
      return;
    }
    greeted = true;
    if (!lastEventId.isEmpty()) {
      wish = desk.wish(wish.roomId(), wish.types(), lastEventId);
    }
    desk.verify(token).whenComplete((verified, failure) -> socket.run(() -> verified(verified)));
  }

  private void verified(@Nullable VerifiedSession verified) {
    if (closed) {
      return;
    }
    if (verified == null) {
      refuse(
          UNAUTHENTICATED,
          "session_invalid",
          "The session token does not verify or has expired: get a new one.");
      return;
    }
    if (!StreamRoute.mayListen(verified.session(), wish.roomId())) {
      refuse(
          FORBIDDEN,
          "room_not_allowed",
          "The session is for another room: get a token for this room first.");
      return;
    }
    RoomListener begun = desk.listen(verified.session(), wish, this).orElse(null);
    if (begun == null) {
      refuse(TRY_AGAIN_LATER, "stream_loading", "The stream has not begun yet: try again.");
      return;
    }
    listener = begun;
    socket.send(
        frame("welcome")
            .put("heartbeatMillis", desk.settings().streamHeartbeat().toMillis())
            .toString());
    if (wish.lost()) {
      gap(StreamDesk.UNKNOWN_POSITION, StreamDesk.UNKNOWN_POSITION_DETAIL);
    }
    session.begin(verified);
  }

  private void refuse(short closeCode, String code, String detail) {
    if (!refused) {
      refused = true;
      socket.send(frame("error").put("code", code).put("detail", detail).toString());
      socket.close(closeCode, code);
    }
  }

  private static ObjectNode frame(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  @Override
  public boolean full() {
    return socket.socket().writeQueueFull();
  }

  @Override
  public void event(String position, StreamRecord.Event event) {
    socket.send(
        "{\"type\":\"event\",\"id\":\"" + desk.id(position) + "\",\"event\":" + event.json() + "}");
  }

  // Every event is a message of its own.
  @Override
  public void flush() {}

  @Override
  public void alive(String position) {
    socket.send(frame("alive").put("id", desk.id(position)).toString());
  }

  @Override
  public void gap(String code, String detail) {
    socket.send(frame("gap").put("code", code).put("detail", detail).toString());
  }

  @Override
  public void end(RoomListener.End reason) {
    refuse((short) reason.closeCode(), reason.name().toLowerCase(Locale.ROOT), reason.detail());
  }

  @Override
  public void run(Runnable task) {
    socket.run(task);
  }

  private final class Owner implements SessionLife.Owner {
    @Override
    public void expiring(Instant at) {
      socket.send(frame("expiring").put("expiresAtMillis", at.toEpochMilli()).toString());
    }

    @Override
    public void renewed(Instant until) {
      socket.send(frame("renewed").put("expiresAtMillis", until.toEpochMilli()).toString());
      answered();
    }

    @Override
    public void notRenewed(String detail) {
      socket.send(frame("error").put("code", "renewal_refused").put("detail", detail).toString());
      answered();
    }

    @Override
    public void expired() {
      if (listener != null) {
        listener.end(RoomListener.End.SESSION_EXPIRED);
      }
    }

    @Override
    public void run(Runnable task) {
      socket.run(task);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
      return socket.after(delay, task);
    }
  }
}
