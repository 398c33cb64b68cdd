package dev.parley.kit.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.events.codec.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Answers with a problem where REST does not come to: before it, or beside it. */
public final class ProblemAnswer {
  private ProblemAnswer() {}

  /** Does nothing where the request is answered already or its client has gone. */
  public static void send(RoutingContext request, Problem problem) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> response.putHeader("Retry-After", Integer.toString(seconds)));
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    // Whether the client still reads it is its own affair.
    Future<Void> unused = response.end(json(problem, request.request().path()));
  }

  private static String json(Problem problem, String path) {
    try {
      return Json.mapper().writeValueAsString(problem.members(Optional.of(path)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem is texts and numbers", e);
    }
  }
}
