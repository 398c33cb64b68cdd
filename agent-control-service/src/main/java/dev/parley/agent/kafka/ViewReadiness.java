package dev.parley.agent.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when reads can be answered: everything that was there at the start was read. */
@Readiness
@ApplicationScoped
class ViewReadiness implements HealthCheck {
  private final AgentView view;

  @Inject
  ViewReadiness(AgentView view) {
    this.view = view;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder check = HealthCheckResponse.named("task-view").status(view.ready());
    return view.ready()
        ? check.build()
        : check.withData("reason", "the tasks on Kafka are still being read").build();
  }
}
