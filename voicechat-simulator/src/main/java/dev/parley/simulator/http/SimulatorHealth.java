package dev.parley.simulator.http;

import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.SimulatorLoop;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready as long as the simulator's own thread answers. */
@Readiness
@ApplicationScoped
public class SimulatorHealth implements AsyncHealthCheck {

  private static final String NAME = "simulated cloud";

  private final SimulatedCloud cloud;
  private final SimulatorLoop loop;

  SimulatorHealth(SimulatedCloud cloud, SimulatorLoop loop) {
    this.cloud = cloud;
    this.loop = loop;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    return Uni.createFrom()
        .completionStage(() -> loop.call(() -> cloud.openApi().tasks().activeCount()))
        .map(tasks -> HealthCheckResponse.named(NAME).up().withData("activeTasks", tasks).build())
        .ifNoItem()
        .after(Duration.ofSeconds(2))
        .recoverWithItem(() -> HealthCheckResponse.down(NAME));
  }
}
