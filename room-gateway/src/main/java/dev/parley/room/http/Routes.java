package dev.parley.room.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.events.codec.Json;
import dev.parley.events.id.RoomId;
import dev.parley.kit.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** What the doors outside of REST share: paths, upgrades, refusals. */
final class Routes {
  private Routes() {}

  /** The room in the path; answers the request when there is none. */
  static Optional<RoomId> room(RoutingContext request) {
    try {
      return Optional.of(new RoomId(request.pathParam("roomId")));
    } catch (IllegalArgumentException e) {
      refuse(request, Problem.of(400, "invalid_value", "The room in the path is not a room id."));
      return Optional.empty();
    }
  }

  /** True when the client wants a WebSocket. */
  static boolean upgrades(RoutingContext request) {
    return "websocket".equalsIgnoreCase(request.request().getHeader("Upgrade"));
  }

  /** Answers with a problem. */
  static void refuse(RoutingContext request, Problem problem) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> response.putHeader("Retry-After", Integer.toString(seconds)));
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    try {
      // Whether the client still reads it is its own affair.
      Future<Void> unused =
          response.end(
              Json.mapper()
                  .writeValueAsString(problem.members(Optional.of(request.request().path()))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem is always JSON", e);
    }
  }
}
