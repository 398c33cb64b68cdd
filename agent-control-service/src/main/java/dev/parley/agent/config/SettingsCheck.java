package dev.parley.agent.config;

import dev.parley.kit.config.SettingBounds;
import dev.parley.kit.config.SettingsException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;

/**
 * Numbers and durations that cannot be used end the start. Every process checks all of them,
 * whatever its roles.
 */
@ApplicationScoped
public class SettingsCheck {
  private static final SettingBounds BOUNDS = new SettingBounds("parley.agent.");

  private final AgentControlConfig config;

  @Inject
  SettingsCheck(AgentControlConfig config) {
    this.config = config;
  }

  // Before anything is built from a setting that cannot be used.
  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    check(config);
  }

  /**
   * Looks at all of them.
   *
   * @throws SettingsException names the first that cannot be used
   */
  static void check(AgentControlConfig config) {
    BOUNDS.positive("scenes.reload", config.scenes().reload());
    check(config.cloud());
    check(config.tasks());
    check(config.reaper());
    check(config.worker());
    BOUNDS.notNegative("api.max-wait", config.api().maxWait());
    BOUNDS.least("api.max-tasks", config.api().maxTasks(), 1);
    BOUNDS.least("api.events-per-task", config.api().eventsPerTask(), 1);
    BOUNDS.notNegative("api.event-history", config.api().eventHistory());
    BOUNDS.positive("usage.history", config.usage().history());
    BOUNDS.least("usage.max-tasks", config.usage().maxTasks(), 1);
  }

  private static void check(AgentControlConfig.Cloud cloud) {
    BOUNDS.positive("cloud.connect-timeout", cloud.connectTimeout());
    BOUNDS.positive("cloud.response-timeout", cloud.responseTimeout());
    BOUNDS.least("cloud.max-connections", cloud.maxConnections(), 1);
    BOUNDS.least("cloud.quota-per-second", cloud.quotaPerSecond(), 1);
    BOUNDS.least("cloud.max-attempts", cloud.maxAttempts(), 1);
    BOUNDS.notNegative("cloud.backoff", cloud.backoff());
    BOUNDS.notNegative("cloud.max-backoff", cloud.maxBackoff());
    BOUNDS.least("cloud.failures-to-pause", cloud.failuresToPause(), 1);
    BOUNDS.notNegative("cloud.pause", cloud.pause());
  }

  private static void check(AgentControlConfig.Tasks tasks) {
    BOUNDS.positive("tasks.join-deadline", tasks.joinDeadline());
    BOUNDS.positive("tasks.start-patience", tasks.startPatience());
    BOUNDS.positive("tasks.stop-patience", tasks.stopPatience());
    BOUNDS.positive("tasks.stop-retry", tasks.stopRetry());
    BOUNDS.positive("tasks.max-stop-retry", tasks.maxStopRetry());
    BOUNDS.notNegative("tasks.clock-tolerance", tasks.clockTolerance());
    BOUNDS.positive("tasks.command-ttl", tasks.commandTtl());
    BOUNDS.notNegative("tasks.memory", tasks.memory());
    BOUNDS.least("tasks.max-ended", tasks.maxEnded(), 1);
  }

  private static void check(AgentControlConfig.Reaping reaper) {
    BOUNDS.notNegative("reaper.target-left-grace", reaper.targetLeftGrace());
    BOUNDS.notNegative("reaper.target-join-grace", reaper.targetJoinGrace());
    BOUNDS.notNegative("reaper.max-duration", reaper.maxDuration());
    BOUNDS.notNegative("reaper.silence", reaper.silence());
    BOUNDS.notNegative("reaper.cloud-idle-timeout", reaper.cloudIdleTimeout());
  }

  private static void check(AgentControlConfig.Worker worker) {
    BOUNDS.least("worker.queue-per-partition", worker.queuePerPartition(), 1);
    BOUNDS.positive("worker.tick", worker.tick());
    BOUNDS.positive("worker.commit-interval", worker.commitInterval());
    BOUNDS.notNegative("worker.drain", worker.drain());
    BOUNDS.positive("worker.session-timeout", worker.sessionTimeout());
  }
}
