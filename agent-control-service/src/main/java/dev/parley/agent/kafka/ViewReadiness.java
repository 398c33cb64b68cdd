package dev.parley.agent.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
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
    return HealthCheckResponse.named("task-view").status(view.ready()).build();
  }
}
