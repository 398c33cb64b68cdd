package dev.parley.room.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Lets callbacks in whatever content type they claim, also an empty or malformed one: what they
 * carry is decided by their signature, and the cloud sends some without any.
 */
@ApplicationScoped
public class AnyContentType {
  private static final int BEFORE_REST = -1_000;

  void register(@Observes Router router) {
    router
        .route("/v1/callbacks/*")
        .order(BEFORE_REST)
        .handler(
            request -> {
              request.request().headers().set(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
              request.next();
            });
  }
}
