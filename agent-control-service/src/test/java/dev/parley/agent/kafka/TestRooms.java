package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.QuotaShare;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.TestConfig;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.Scene;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.StartBodies;
import dev.parley.agent.scene.ToolWaiting;
import dev.parley.events.AgentTask;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.testkit.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What rooms work with, in memory: a cloud, what Kafka would have, and time that a test moves. */
final class TestRooms {
  static final Duration GRACE = Duration.ofSeconds(10);
  static final Duration JOIN_GRACE = Duration.ofSeconds(60);
  static final Duration MEMORY = Duration.ofHours(24);

  // Two of each partition.
  static final int MAX_ENDED = 24;
  static final Duration TICK = Duration.ofMillis(200);

  final MutableClock time = new MutableClock(Samples.NOW);
  final FakeVoiceChatApi cloud = new FakeVoiceChatApi();
  final Written written = new Written();

  /** How long agents wait for tools; null where nobody watches it. */
  @Nullable ToolWaiting toolWaiting;

  /** How long the cloud goes on without the user; null where the scene does not say. */
  @Nullable Duration idleTimeout;

  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  /** From then on nobody can say what a scene is. */
  boolean scenesBroken;

  /** What Kafka would have. */
  static final class Written implements Journal {
    private final List<Draft> drafts = new ArrayList<>();
    private final List<AgentTask> erased = new ArrayList<>();

    @Override
    public void append(List<Draft> more) {
      drafts.addAll(more);
    }

    @Override
    public void erase(AgentTask task) {
      erased.add(task);
    }

    <T> List<T> of(Class<T> type) {
      return drafts.stream().map(Draft::data).filter(type::isInstance).map(type::cast).toList();
    }

    List<String> ids() {
      return drafts.stream().map(Draft::id).toList();
    }

    List<AgentTask> erased() {
      return erased;
    }
  }

  PartitionTools tools() {
    // A second passes each time that it is looked at: nobody waits for the quota.
    long[] seconds = {0};
    return PartitionTools.of(
        roomTools(),
        new PartitionLease(() -> 0, () -> 0, Duration.ofSeconds(10)),
        new QuotaShare(60, 12, () -> ++seconds[0] * 1_000_000_000L),
        new Hearing(Duration.ofSeconds(5), time, time::nanos));
  }

  private Optional<Scene> scene(SceneCatalogue scenes, String name) {
    if (scenesBroken) {
      throw new IllegalStateException("the scenes are broken");
    }
    return scenes.find(name);
  }

  private RoomTools roomTools() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0.5);
    Applications applications =
        new Applications(
            TestConfig.of(TestConfig.oneApp()).apps(), Optional.empty(), Set.of(RoleName.WORKER));
    SceneCatalogue scenes = new SceneCatalogue(Optional.empty());
    return new RoomTools(
        new AgentControl(Samples.LIMITS),
        new Reaper(
            new Reaper.Rules(GRACE, JOIN_GRACE, Duration.ofHours(4), Duration.ofMinutes(30))),
        new CloudCaller(
            cloud, app -> "default", backoff, 1, 10, Duration.ofSeconds(1), time, wait -> {}),
        new CloudRequests(
            applications, new StartBodies(name -> scene(scenes, name), name -> Optional.empty())),
        scene -> Optional.ofNullable(toolWaiting),
        scene -> Optional.ofNullable(idleTimeout),
        written,
        time,
        metrics,
        new WorkerSettings(
            "workers",
            1000,
            TICK,
            Duration.ofMillis(200),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            60,
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            MEMORY,
            MAX_ENDED,
            Duration.ofSeconds(180)));
  }
}
