package dev.parley.room.http;

import dev.parley.events.id.RoomId;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemAnswer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the doors outside of REST share: paths, methods, upgrades. */
final class Routes {
  private static final String BEARER = "Bearer ";

  private Routes() {}

  /** The token of an Authorization header; null where there is none, or of another scheme. */
  static @Nullable String bearer(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }

  /** Answers requests with another method than the one that a path takes. */
  static void refuseOthers(Router router, HttpMethod taken, String path) {
    router
        .route(path)
        .handler(
            request -> {
              if (request.request().method().equals(taken)) {
                request.next();
                return;
              }
              request.response().putHeader(HttpHeaders.ALLOW, taken.name());
              ProblemAnswer.send(
                  request,
                  Problem.of(405, "method_not_allowed", "This path does not take that method."));
            });
  }

  /** The room in the path; answers the request when there is none. */
  static Optional<RoomId> room(RoutingContext request) {
    try {
      return Optional.of(new RoomId(request.pathParam("roomId")));
    } catch (IllegalArgumentException e) {
      ProblemAnswer.send(
          request, Problem.of(400, "invalid_value", "The room in the path is not a room id."));
      return Optional.empty();
    }
  }

  /** True when the client wants a WebSocket. */
  static boolean upgrades(RoutingContext request) {
    return "websocket".equalsIgnoreCase(request.request().getHeader("Upgrade"));
  }
}
