package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.config.Applications;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.StartBodies;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.KafkaUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Runs the worker where this instance has that role. */
@ApplicationScoped
public class AgentWorker {
  private final @Nullable CommandLoop loop;

  @Inject
  AgentWorker(
      AgentControlConfig config,
      KafkaClients clients,
      EventPublisher publisher,
      AgentControl control,
      Reaper reaper,
      CloudCaller caller,
      Applications applications,
      StartBodies startBodies,
      Clock clock,
      MeterRegistry metrics) {
    this.loop =
        config.roles().contains(RoleName.WORKER)
            ? new CommandLoop(
                clients.consumerConfig(config.worker().group()),
                new RoomTools(
                    control,
                    reaper,
                    caller,
                    new CloudRequests(applications, startBodies),
                    drafts -> append(publisher, drafts),
                    clock,
                    metrics,
                    settings(config)))
            : null;
  }

  private static WorkerSettings settings(AgentControlConfig config) {
    AgentControlConfig.Worker worker = config.worker();
    AgentControlConfig.Tasks tasks = config.tasks();
    return new WorkerSettings(
        worker.group(),
        worker.queuePerPartition(),
        worker.tick(),
        worker.commitInterval(),
        worker.drain(),
        worker.sessionTimeout(),
        config.cloud().quotaPerSecond(),
        tasks.commandTtl(),
        tasks.stopRetry(),
        tasks.maxStopRetry(),
        tasks.memory(),
        config.reaper().cloudIdleTimeout());
  }

  private static void append(EventPublisher publisher, List<EventPublisher.Draft> drafts)
      throws InterruptedException {
    try {
      CompletableFuture.allOf(
              drafts.stream()
                  .map(draft -> publisher.send(draft).toCompletableFuture())
                  .toArray(CompletableFuture<?>[]::new))
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new KafkaUnavailableException("Kafka did not acknowledge", e.getCause());
    }
  }

  void start(@Observes StartupEvent started) {
    if (loop != null) {
      loop.start();
    }
  }

  void stop(@Observes ShutdownEvent stopping) {
    if (loop != null) {
      loop.close();
    }
  }

  /** False only where this instance should work and does not. */
  boolean alive() {
    return loop == null || loop.alive();
  }

  /** What the worker does right now, in a word. */
  String doing() {
    return loop == null ? "off" : loop.settled() ? "working" : "waiting";
  }
}
