package dev.parley.agent.kafka;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.kit.kafka.KafkaClients;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What reads are answered from, where this instance has the role to answer them. */
@ApplicationScoped
public class AgentView {
  private final TaskView tasks;
  private final TaskEvents events;
  private final @Nullable ViewLoop loop;

  @Inject
  AgentView(AgentControlConfig config, KafkaClients clients, Clock clock) {
    this.tasks = new TaskView(config.api().maxTasks());
    this.events = new TaskEvents(config.api().eventsPerTask());
    this.loop =
        config.roles().contains(RoleName.API)
            ? new ViewLoop(
                clients.consumerConfig("unused"), tasks, events, config.api().eventHistory(), clock)
            : null;
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

  /** The tasks. */
  public TaskView tasks() {
    return tasks;
  }

  /** What happened to them of late. */
  public TaskEvents events() {
    return events;
  }

  /** True once everything was read that was there when this instance started. */
  public boolean caughtUp() {
    return loop != null && loop.caughtUp();
  }

  /** False only where this instance answers reads and cannot yet. */
  boolean ready() {
    return loop == null || loop.caughtUp();
  }
}
