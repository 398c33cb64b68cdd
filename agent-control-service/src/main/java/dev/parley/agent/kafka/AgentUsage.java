package dev.parley.agent.kafka;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.usage.DailyBudget;
import dev.parley.agent.usage.UsageLedger;
import dev.parley.events.Topic;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.TopicFollower;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/** What agents used, where this instance has the role to say so. */
@ApplicationScoped
public class AgentUsage {
  // Sums of minutes and hours are in no hurry.
  private static final Duration GATHER = Duration.ofMillis(500);

  private final UsageLedger ledger;
  private final ZoneId timeZone;
  private final TopicFollower follower;
  private final boolean on;

  @Inject
  AgentUsage(AgentControlConfig config, KafkaClients clients, MeterRegistry metrics, Clock clock) {
    AgentControlConfig.Usage usage = config.usage();
    this.ledger = new UsageLedger(usage.maxTasks(), usage.history());
    this.timeZone = usage.timeZone();
    this.on = config.roles().contains(RoleName.API);
    this.follower =
        new TopicFollower(
            "agent-usage",
            clients,
            List.of(Topic.AGENT_TASKS.topicName(), Topic.AGENT_EVENTS.topicName()),
            GATHER,
            new UsageReader(ledger, metrics, clock, usage.history()));
  }

  void start(@Observes StartupEvent started) {
    if (on) {
      follower.start();
    }
  }

  void stop(@Observes ShutdownEvent stopping) {
    follower.close();
  }

  public UsageLedger ledger() {
    return ledger;
  }

  public DailyBudget budget() {
    return new DailyBudget(ledger, timeZone);
  }

  /** Whose midnight divides days. */
  public ZoneId timeZone() {
    return timeZone;
  }

  /** True once everything was read that was there when this instance started. */
  public boolean caughtUp() {
    return follower.caughtUp();
  }
}
