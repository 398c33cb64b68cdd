package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.config.Applications;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.Scene;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.StartBodies;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
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
      SceneCatalogue scenes,
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
                    scene -> scenes.find(scene).map(Scene::toolWaiting),
                    scene -> scenes.find(scene).flatMap(Scene::idleTimeout),
                    new PublishedJournal(publisher),
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
        tasks.maxEnded(),
        config.reaper().cloudIdleTimeout());
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
