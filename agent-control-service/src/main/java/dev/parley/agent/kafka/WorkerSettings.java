package dev.parley.agent.kafka;

import java.time.Duration;

/** How a worker works; see the configuration keys of the same names. */
public record WorkerSettings(
    String group,
    int queuePerPartition,
    Duration tick,
    Duration commitInterval,
    Duration drain,
    Duration sessionTimeout,
    int quotaPerSecond,
    Duration commandTtl,
    Duration stopRetry,
    Duration maxStopRetry,
    Duration memory,
    int maxEnded,
    Duration cloudIdleTimeout) {
  public WorkerSettings {
    if (queuePerPartition < 1) {
      throw new IllegalArgumentException("queuePerPartition must be 1 or more");
    }
    if (maxEnded < 1) {
      throw new IllegalArgumentException("maxEnded must be 1 or more");
    }
  }

  /** Giving partitions away may take as long as calls under way do. */
  Duration maxPollInterval() {
    return drain.plus(sessionTimeout.multipliedBy(4));
  }
}
