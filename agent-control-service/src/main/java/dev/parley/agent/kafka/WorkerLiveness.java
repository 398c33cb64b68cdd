package dev.parley.agent.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Alive as long as the worker reads; says whether it has partitions to work on. */
@Liveness
@ApplicationScoped
class WorkerLiveness implements HealthCheck {
  private final AgentWorker worker;

  @Inject
  WorkerLiveness(AgentWorker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    boolean alive = worker.alive();
    HealthCheckResponseBuilder check =
        HealthCheckResponse.named("agent-worker").status(alive).withData("worker", worker.doing());
    return alive
        ? check.build()
        : check
            .withData("reason", "the command loop has ended or stands still: restart the process")
            .build();
  }
}
