package dev.parley.room.http;

import dev.parley.events.id.RoomId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.AcknowledgedSequences;
import dev.parley.room.ingest.RelayConnection;
import dev.parley.room.ingest.ReportTaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The relay endpoint {@code /v1/rooms/{roomId}/relay}.
 *
 * <p>Vert.x's own WebSocket rather than WebSockets Next: that one reads on while a message is being
 * handled and queues without bound; here an unread socket is the backpressure.
 */
@ApplicationScoped
public class RelaySocket {
  private static final Logger LOG = Logger.getLogger(RelaySocket.class);
  private static final String PROBLEM = "application/problem+json";

  private final RoomConfig config;
  private final EventPublisher publisher;
  private final SessionVerifier verifier;
  private final Clock clock;
  private final AcknowledgedSequences acknowledged;
  private final AtomicInteger connections = new AtomicInteger();
  private final RelayConnection.Settings settings;

  @Inject
  RelaySocket(
      RoomConfig config,
      EventPublisher publisher,
      SessionVerifier verifier,
      Clock clock,
      MeterRegistry metrics) {
    this.config = config;
    this.publisher = publisher;
    this.verifier = verifier;
    this.clock = clock;
    RoomConfig.Relay relay = config.relay();
    this.acknowledged = new AcknowledgedSequences(relay.rememberedClients());
    this.settings =
        new RelayConnection.Settings(
            relay.helloTimeout(),
            relay.heartbeat(),
            relay.idleTimeout(),
            relay.retryDelay(),
            relay.renewInterval(),
            relay.maxUnacknowledged(),
            limits(config));
    metrics.gauge("parley.relay.connections", connections);
  }

  static ReportTaker.Limits limits(RoomConfig config) {
    return new ReportTaker.Limits(
        config.relay().maxEventBytes(),
        config.relay().maxEventAge(),
        config.relay().telemetryInterval());
  }

  void register(@Observes Router router) {
    if (config.roles().ingest()) {
      router.get("/v1/rooms/:roomId/relay").handler(this::upgrade);
    }
  }

  private void upgrade(RoutingContext request) {
    RoomId roomId;
    try {
      roomId = new RoomId(request.pathParam("roomId"));
    } catch (IllegalArgumentException e) {
      refuse(request, 400, "invalid_value", "The room in the path is not a room id.");
      return;
    }
    if (!"websocket".equalsIgnoreCase(request.request().getHeader("Upgrade"))) {
      refuse(request, 426, "websocket_expected", "Open a WebSocket at this path.");
      return;
    }
    if (connections.incrementAndGet() > config.relay().maxConnections()) {
      connections.decrementAndGet();
      request.response().putHeader("Retry-After", "5");
      refuse(request, 503, "too_many_connections", "This gateway is full: try again.");
      return;
    }
    Context context = request.vertx().getOrCreateContext();
    request
        .request()
        .toWebSocket()
        .onSuccess(socket -> accept(request.vertx(), context, roomId, socket))
        .onFailure(
            failure -> {
              connections.decrementAndGet();
              LOG.debugf("relay upgrade failed roomId=%s: %s", roomId, failure.getMessage());
            });
  }

  private void accept(Vertx vertx, Context context, RoomId roomId, ServerWebSocket socket) {
    RelayConnection connection =
        new RelayConnection(
            roomId,
            UUID.randomUUID().toString(),
            new VertxLink(vertx, context, socket),
            settings,
            verifier::verify,
            publisher::send,
            acknowledged,
            clock,
            connections::decrementAndGet);
    socket.textMessageHandler(connection::text);
    socket.binaryMessageHandler(buffer -> connection.binary(buffer.getBytes()));
    socket.pongHandler(pong -> connection.pong());
    // A client that vanishes is an everyday event; what follows is done when the socket closes.
    socket.exceptionHandler(
        failure -> LOG.debugf("relay socket failed roomId=%s: %s", roomId, failure.getMessage()));
    socket.closeHandler(closed -> connection.closed());
    connection.start();
  }

  private static void refuse(RoutingContext request, int status, String code, String detail) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", PROBLEM)
        .end(
            "{\"type\":\"urn:parley:problem:%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"}"
                .formatted(code, status, code, detail));
  }

  /** A Vert.x socket as the connection's link. */
  private record VertxLink(Vertx vertx, Context context, ServerWebSocket socket)
      implements RelayConnection.Link {
    @Override
    public void send(String text) {
      if (!socket.isClosed()) {
        // A failed write closes the socket, and that is handled.
        Future<Void> unused = socket.writeTextMessage(text);
      }
    }

    @Override
    public void ping() {
      if (!socket.isClosed()) {
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
}
