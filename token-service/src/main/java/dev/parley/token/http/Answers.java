package dev.parley.token.http;

import dev.parley.token.limit.RateLimits.Standing;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * What all good answers to callers have in common. Written to the server's own answer: the headers
 * of a {@code RestResponse} are sorted, looked up and copied first.
 */
final class Answers {
  static final String REQUEST_ID = "X-Request-Id";
  static final String RATE_LIMIT = "RateLimit";
  static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence REQUEST_ID_FIELD = HttpHeaders.createOptimized(REQUEST_ID);
  private static final CharSequence RATE_LIMIT_FIELD = HttpHeaders.createOptimized(RATE_LIMIT);
  private static final CharSequence RATE_LIMIT_POLICY_FIELD =
      HttpHeaders.createOptimized(RATE_LIMIT_POLICY);

  private Answers() {}

  /** Marks an answer, as one that no cache may keep, and says how the caller's limit stands. */
  static <T> T marked(T answer, RoutingContext call, Standing standing) {
    call.response()
        .headers()
        // A token in a shared cache is a token given away.
        .set(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .set(RATE_LIMIT_POLICY_FIELD, standing.policyField())
        .set(RATE_LIMIT_FIELD, standing.limitField());
    return answer;
  }

  /** As {@link #marked}; something was issued, and is on record under the request id. */
  static <T> T issued(T answer, RoutingContext call, String requestId, Standing standing) {
    call.response().headers().set(REQUEST_ID_FIELD, requestId);
    return marked(answer, call, standing);
  }
}
