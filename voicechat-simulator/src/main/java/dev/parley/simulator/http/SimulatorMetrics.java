package dev.parley.simulator.http;

import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.callback.Callback.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/**
 * Publishes the simulator's counts. They are read from another thread than the one that changes
 * them; a figure that is a moment old does no harm.
 */
@ApplicationScoped
public class SimulatorMetrics {

  void register(@Observes StartupEvent event, MeterRegistry metrics, SimulatedCloud cloud) {
    Gauge.builder("parley.simulator.tasks", cloud, c -> c.openApi().tasks().activeCount())
        .description("Active tasks")
        .register(metrics);
    Gauge.builder("parley.simulator.calls.under-way", cloud, c -> c.openApi().underWay())
        .description("OpenAPI calls that are not answered yet")
        .register(metrics);
    Gauge.builder("parley.simulator.rooms", cloud, c -> c.rooms().count())
        .description("Rooms with somebody in them")
        .register(metrics);
    Gauge.builder("parley.simulator.callbacks.pending", cloud, c -> c.callbacks().pending())
        .description("Callbacks that wait or are on their way")
        .register(metrics);
    for (Outcome outcome : Outcome.values()) {
      FunctionCounter.builder(
              "parley.simulator.callbacks", cloud, c -> c.callbacks().total(outcome))
          .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
          .description("Callbacks by how they ended")
          .register(metrics);
    }
  }
}
