package dev.parley.agent.kafka;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.config.Applications;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What reads are answered from, where this instance has the role to answer them. */
@ApplicationScoped
public class AgentView {
  // Nobody sees a state that is so little older.
  private static final Duration GATHER = Duration.ofMillis(20);

  private final TaskView tasks;
  private final TaskEvents events;
  private final SeenCommands commands = new SeenCommands();
  private final TopicFollower follower;
  private final UpToNow upToNow;
  private final boolean on;
  private final Map<String, Object> adminConfig;
  private volatile @Nullable Admin admin;

  @Inject
  AgentView(
      AgentControlConfig config,
      Applications applications,
      KafkaClients clients,
      Clock clock,
      MeterRegistry metrics) {
    this.tasks =
        new TaskView(
            config.api().maxTasks(),
            new WaitingTasks(applications::account, config.cloud().quotaPerSecond()));
    this.events = new TaskEvents(config.api().eventsPerTask(), config.api().eventHistory(), clock);
    this.on = config.roles().contains(RoleName.API);
    // A task may be quiet for that long, and a client that has all its events must still be
    // recognised.
    Duration silence = config.reaper().silence();
    this.follower =
        new TopicFollower(
            "agent-view",
            clients,
            List.of(
                Topic.AGENT_TASKS.topicName(),
                Topic.AGENT_COMMANDS.topicName(),
                Topic.AGENT_EVENTS.topicName()),
            GATHER,
            new TaskReader(
                tasks,
                events,
                commands,
                metrics,
                clock,
                config.tasks().commandTtl(),
                Map.of(
                    // Tasks that ended before that are forgotten: their starts must not come back.
                    Topic.AGENT_COMMANDS.topicName(), config.tasks().memory(),
                    Topic.AGENT_EVENTS.topicName(), longer(config.api().eventHistory(), silence))));
    this.adminConfig = clients.commonConfig();
    this.upToNow = new UpToNow(this::ends, follower::position);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private CompletionStage<Map<TopicPartition, Long>> ends() {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (Topic topic : List.of(Topic.AGENT_TASKS, Topic.AGENT_COMMANDS, Topic.AGENT_EVENTS)) {
      for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
        wanted.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.latest());
      }
    }
    return admin()
        .listOffsets(wanted)
        .all()
        .toCompletionStage()
        .thenApply(
            found -> {
              Map<TopicPartition, Long> ends = new HashMap<>();
              found.forEach((partition, end) -> ends.put(partition, end.offset()));
              return ends;
            });
  }

  private synchronized Admin admin() {
    Admin there = admin;
    if (there == null) {
      there = Admin.create(adminConfig);
      admin = there;
    }
    return there;
  }

  /**
   * Waits until everything was read that Kafka has now: what another instance has answered is known
   * then.
   *
   * @return false when it is not so after that time
   */
  public CompletionStage<Boolean> readUpToNow(Duration longest) {
    return upToNow.reached(longest);
  }

  void start(@Observes StartupEvent started) {
    if (on) {
      follower.start();
    }
  }

  void stop(@Observes ShutdownEvent stopping) {
    follower.close();
    Admin there = admin;
    if (there != null) {
      there.close(Duration.ZERO);
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

  /** What was asked of them of late. */
  public SeenCommands commands() {
    return commands;
  }

  /** True once everything was read that was there when this instance started. */
  public boolean caughtUp() {
    return follower.caughtUp();
  }

  /** False only where this instance answers reads and cannot yet. */
  boolean ready() {
    return !on || follower.caughtUp();
  }
}
