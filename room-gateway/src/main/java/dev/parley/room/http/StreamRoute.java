package dev.parley.room.http;

import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemAnswer;
import dev.parley.kit.session.Session;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.http.StreamDesk.Wish;
import dev.parley.room.ingest.VerifiedSession;
import dev.parley.room.push.RoomListener;
import io.quarkus.arc.ClientProxy;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a room, {@code /v1/rooms/{roomId}/stream}: server-sent events, or a WebSocket for
 * clients that ask for one. Operators and analysts hear every room, participants their own.
 *
 * <p>On Vert.x itself, as the relay is: whether a listener takes what it is sent must be seen.
 */
@ApplicationScoped
public class StreamRoute {
  private static final Logger LOG = Logger.getLogger(StreamRoute.class);
  private static final String PATH = "/v1/rooms/:roomId/stream";
  private static final Problem UNAUTHENTICATED =
      Problem.of(401, "unauthenticated", "Send a valid bearer token in the Authorization header.");

  private final boolean on;
  private final StreamDesk desk;

  @Inject
  StreamRoute(RoomConfig config, StreamDesk desk) {
    this.on = config.roles().push();
    this.desk = desk;
  }

  void register(@Observes Router router) {
    if (on) {
      Routes.refuseOthers(router, HttpMethod.GET, PATH);
      router.get(PATH).handler(this::open);
    }
  }

  private void open(RoutingContext request) {
    RoomId roomId = Routes.room(request).orElse(null);
    if (roomId == null) {
      return;
    }
    Wish wish = wish(request, roomId).orElse(null);
    if (wish == null) {
      ProblemAnswer.send(request, Parameters.unknownType());
      return;
    }
    String token = Routes.bearer(request.request().getHeader(HttpHeaders.AUTHORIZATION));
    if (token == null && !Routes.upgrades(request)) {
      ProblemAnswer.send(request, UNAUTHENTICATED);
      return;
    }
    OpenConnections.Place place = desk.connections().enter().orElse(null);
    if (place == null) {
      ProblemAnswer.send(request, desk.connections().refusal());
      return;
    }
    if (Routes.upgrades(request)) {
      socket(request, wish, place);
    } else {
      events(request, wish, String.valueOf(token), place);
    }
  }

  private Optional<Wish> wish(RoutingContext request, RoomId roomId) {
    String types = request.request().getParam("types");
    String header = request.request().getHeader("Last-Event-ID");
    String last = header == null ? request.request().getParam("lastEventId") : header;
    return Parameters.types(types == null ? "" : types)
        .map(wanted -> desk.wish(roomId, wanted, last == null ? "" : last));
  }

  // The desk itself: a socket may close when the container that its proxy asks is gone.
  private StreamDesk lasting() {
    return ClientProxy.unwrap(desk);
  }

  private void socket(RoutingContext request, Wish wish, OpenConnections.Place place) {
    Context context = request.vertx().getOrCreateContext();
    request
        .request()
        .toWebSocket()
        .onSuccess(
            socket ->
                new StreamSocket(
                        lasting(), wish, new VertxSocket(request.vertx(), context, socket), place)
                    .start())
        .onFailure(
            failure -> {
              place.leave();
              LOG.debugf("stream upgrade failed: %s", failure.getMessage());
            });
  }

  private void events(
      RoutingContext request, Wish wish, String token, OpenConnections.Place place) {
    Context context = request.vertx().getOrCreateContext();
    request.response().closeHandler(closed -> place.leave());
    // What follows the request must wait until the session is verified.
    request.request().pause();
    desk.verify(token)
        .whenComplete(
            (verified, failure) ->
                context.runOnContext(
                    ignored -> {
                      request.request().resume();
                      begin(request, context, wish, verified, place);
                    }));
  }

  private void begin(
      RoutingContext request,
      Context context,
      Wish wish,
      @Nullable VerifiedSession verified,
      OpenConnections.Place place) {
    if (request.response().closed()) {
      place.leave();
      return;
    }
    if (verified == null) {
      place.leave();
      ProblemAnswer.send(request, UNAUTHENTICATED);
      return;
    }
    if (!mayListen(verified.session(), wish.roomId())) {
      place.leave();
      ProblemAnswer.send(
          request,
          Problem.of(
              403,
              "room_not_allowed",
              "The session is for another room: get a token for this room first."));
      return;
    }
    StreamDesk lasting = lasting();
    EventStream stream = new EventStream(request, context, lasting);
    RoomListener listener = lasting.listen(verified.session(), wish, stream).orElse(null);
    if (listener == null) {
      place.leave();
      ProblemAnswer.send(
          request,
          Problem.of(503, "stream_loading", "The stream has not begun yet: try again.")
              .retryAfter(1));
      return;
    }
    Runnable cancel =
        StreamDesk.after(
            request.vertx(),
            Duration.between(desk.clock().instant(), verified.expiresAt()),
            () -> listener.end(RoomListener.End.SESSION_EXPIRED));
    stream.begin(
        listener,
        () -> {
          cancel.run();
          lasting.gone(listener);
          place.leave();
        });
    place.endsBy(() -> listener.end(RoomListener.End.STOPPING));
    if (wish.lost()) {
      // A browser does not come back after a refusal; events wait for the event loop, so this is
      // first.
      stream.gap(StreamDesk.UNKNOWN_POSITION, StreamDesk.UNKNOWN_POSITION_DETAIL);
    }
  }

  static boolean mayListen(Session session, RoomId roomId) {
    return session.mayEnter(new RoomKey(session.appId(), roomId));
  }
}
