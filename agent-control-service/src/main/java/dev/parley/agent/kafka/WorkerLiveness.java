package dev.parley.agent.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
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
    return HealthCheckResponse.named("agent-worker")
        .status(worker.alive())
        .withData("worker", worker.doing())
        .build();
  }
}
