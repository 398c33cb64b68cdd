package dev.parley.token.http;

import dev.parley.token.app.App;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what comes of requests, by application and outcome. */
@Singleton
public class Outcomes {
  private final MeterRegistry metrics;

  // The registry would build and compare tags for each request.
  private final Map<Kind, Counter> counters = new ConcurrentHashMap<>();

  private record Kind(String name, String app, String outcome) {}

  @Inject
  Outcomes(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /** So many access tokens. */
  void tokens(App app, String outcome, int count) {
    count("parley.token.requests", app, outcome, count);
  }

  /** A session JWT of an operator or analyst. */
  void session(App app, String outcome) {
    count("parley.token.sessions", app, outcome, 1);
  }

  private void count(String name, App app, String outcome, int count) {
    counters.computeIfAbsent(new Kind(name, app.name(), outcome), this::counter).increment(count);
  }

  private Counter counter(Kind kind) {
    return metrics.counter(kind.name(), "app", kind.app(), "outcome", kind.outcome());
  }
}
