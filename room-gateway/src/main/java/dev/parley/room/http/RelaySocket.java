package dev.parley.room.http;

import dev.parley.events.id.RoomId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemAnswer;
import dev.parley.kit.trace.TraceParent;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.AcknowledgedSequences;
import dev.parley.room.ingest.RelayConnection;
import dev.parley.room.ingest.ReportTaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.ClientProxy;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The relay endpoint {@code /v1/rooms/{roomId}/relay}.
 *
 * <p>Vert.x's own WebSocket rather than WebSockets Next: that one reads on while a message is being
 * handled and queues without bound; here an unread socket is the backpressure.
 */
@ApplicationScoped
public class RelaySocket {
  private static final Logger LOG = Logger.getLogger(RelaySocket.class);
  private static final String PATH = "/v1/rooms/:roomId/relay";

  private final RoomConfig config;
  private final EventPublisher publisher;
  private final SessionVerifier verifier;
  private final Clock clock;
  private final AcknowledgedSequences acknowledged;
  private final OpenConnections connections;
  private final RelayConnection.Settings settings;

  @Inject
  RelaySocket(
      RoomConfig config,
      EventPublisher publisher,
      SessionVerifier verifier,
      Clock clock,
      MeterRegistry metrics) {
    this.config = config;
    RoomConfig.Relay relay = config.relay();
    this.connections =
        new OpenConnections(
            relay.maxConnections(),
            Problem.of(503, "too_many_connections", "This gateway is full: try again.")
                .retryAfter(5));
    this.publisher = publisher;
    this.verifier = verifier;
    this.clock = clock;
    this.acknowledged = new AcknowledgedSequences(relay.rememberedClients());
    this.settings =
        new RelayConnection.Settings(
            relay.helloTimeout(),
            relay.heartbeat(),
            relay.idleTimeout(),
            relay.retryDelay(),
            relay.renewInterval(),
            relay.maxUnacknowledged(),
            relay.expiryNotice(),
            relay.drainTimeout(),
            limits(config));
    metrics.gauge("parley.relay.connections", connections, OpenConnections::count);
  }

  /** Those that are open. */
  OpenConnections connections() {
    return connections;
  }

  static ReportTaker.Limits limits(RoomConfig config) {
    return new ReportTaker.Limits(
        config.relay().maxEventBytes(),
        config.relay().maxEventAge(),
        config.relay().telemetryInterval());
  }

  void register(@Observes Router router) {
    if (config.roles().ingest()) {
      Routes.refuseOthers(router, HttpMethod.GET, PATH);
      router.get(PATH).handler(this::upgrade);
    }
  }

  private void upgrade(RoutingContext request) {
    RoomId roomId = Routes.room(request).orElse(null);
    if (roomId == null) {
      return;
    }
    if (!Routes.upgrades(request)) {
      ProblemAnswer.send(
          request, Problem.of(426, "websocket_expected", "Open a WebSocket at this path."));
      return;
    }
    OpenConnections.Place place = connections.enter().orElse(null);
    if (place == null) {
      ProblemAnswer.send(request, connections.refusal());
      return;
    }
    Context context = request.vertx().getOrCreateContext();
    String traceparent = TraceParent.of(request.request());
    request
        .request()
        .toWebSocket()
        .onSuccess(socket -> accept(request.vertx(), context, roomId, traceparent, socket, place))
        .onFailure(
            failure -> {
              place.leave();
              LOG.debugf("relay upgrade failed roomId=%s: %s", roomId, failure.getMessage());
            });
  }

  // The publisher itself: a socket may close when the container that its proxy asks is gone. What
  // has been closed by then takes nothing, and says so.
  private RelayConnection.Surroundings surroundings() {
    return new RelayConnection.Surroundings(
        verifier::verify, ClientProxy.unwrap(publisher)::sendInOrder, acknowledged, clock);
  }

  private void accept(
      Vertx vertx,
      Context context,
      RoomId roomId,
      @Nullable String traceparent,
      ServerWebSocket socket,
      OpenConnections.Place place) {
    VertxSocket link = new VertxSocket(vertx, context, socket);
    RelayConnection connection =
        new RelayConnection(
            roomId,
            UUID.randomUUID().toString(),
            traceparent,
            link,
            settings,
            surroundings(),
            place::leave);
    socket.textMessageHandler(connection::text);
    socket.binaryMessageHandler(buffer -> connection.binary(buffer.getBytes()));
    socket.drainHandler(drained -> connection.writable());
    socket.pongHandler(pong -> connection.pong());
    // A client that vanishes is an everyday event; what follows is done when the socket closes.
    socket.exceptionHandler(
        failure -> LOG.debugf("relay socket failed roomId=%s: %s", roomId, failure.getMessage()));
    socket.closeHandler(closed -> connection.closed());
    connection.start();
    place.endsBy(() -> link.run(connection::stop));
  }
}
