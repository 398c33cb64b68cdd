package dev.parley.kit.problem;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Answers bodies that announce themselves as too large; Quarkus alone would say nothing to it. */
@ApplicationScoped
public class BodyLimit {
  // Behind CORS, whose headers a page needs to read the answer; before everything that reads.
  private static final int PRIORITY = 290;

  private final long limit;

  @Inject
  BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
    this.limit = limit.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, PRIORITY);
  }

  private void check(RoutingContext call) {
    if (announced(call) <= limit) {
      call.next();
      return;
    }
    // The body is still on its way and is not read: nothing else can come on this connection.
    call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    ProblemAnswer.send(call, problem(limit));
  }

  /** What is answered to a body of more bytes. */
  public static Problem problem(long limit) {
    return Problem.of(
        413,
        "body_too_large",
        "The body is larger than " + limit + " bytes, which is the most that is read: send less.");
  }

  private static long announced(RoutingContext call) {
    String length = call.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      // Whether such a request can be read at all is for the server to say.
      return 0;
    }
  }
}
