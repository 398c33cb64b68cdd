package dev.parley.token.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long answers take, by path and status. Quarkus' own meter of the HTTP server builds the tags
 * of several meters for each request, which is a twentieth of what issuing a token costs.
 */
@ApplicationScoped
public class Durations {
  // Before everything else: waiting for a body and refusing it take time, too.
  private static final int PRIORITY = 400;
  private static final Set<String> PATHS =
      Set.of(
          "/v1/tokens",
          "/v1/tokens/batch",
          "/v1/tokens/inspect",
          "/v1/sessions",
          "/.well-known/jwks.json");

  private final MeterRegistry metrics;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  private record Kind(String path, int status) {}

  @Inject
  Durations(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  void register(@Observes Filters filters) {
    filters.register(this::time, PRIORITY);
  }

  private void time(RoutingContext call) {
    long begun = System.nanoTime();
    call.addEndHandler(
        ended ->
            timers
                .computeIfAbsent(kind(call), this::timer)
                .record(System.nanoTime() - begun, TimeUnit.NANOSECONDS));
    call.next();
  }

  private static Kind kind(RoutingContext call) {
    String path = call.request().path();
    // Callers can invent paths, and a meter for each would fill the memory.
    return new Kind(PATHS.contains(path) ? path : "other", call.response().getStatusCode());
  }

  private Timer timer(Kind kind) {
    return metrics.timer(
        "parley.token.http", "path", kind.path(), "status", Integer.toString(kind.status()));
  }
}
