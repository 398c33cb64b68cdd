package dev.parley.room.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * What is seen to before REST looks at a request.
 *
 * <p>Lets callbacks and event batches in whatever content type they claim, also an empty or
 * malformed one: what callbacks carry is decided by their signature, and the cloud sends some
 * without any; beacons cannot choose theirs.
 */
@ApplicationScoped
public class BeforeRest {
  private static final int FIRST = -1_000;
  private static final String BATCHES = "/v1/rooms/:roomId/events";

  void register(@Observes Router router) {
    router.route("/v1/callbacks/*").order(FIRST).handler(BeforeRest::replace);
    router.post(BATCHES).order(FIRST).handler(BeforeRest::replace);
  }

  private static void replace(RoutingContext request) {
    request.request().headers().set(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
    request.next();
  }
}
