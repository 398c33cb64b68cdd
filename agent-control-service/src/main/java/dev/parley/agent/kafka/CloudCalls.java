package dev.parley.agent.kafka;

import dev.parley.agent.TaskFacts;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest;
import dev.parley.agent.cloud.QuotaShare;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Calls the cloud for the rooms of one partition, and counts what came of it. */
final class CloudCalls {
  private final RoomTools tools;
  private final PartitionLease lease;
  private final QuotaShare quota;
  private final Backoff stopBackoff;
  private final Backoff cleanUpBackoff;

  CloudCalls(RoomTools tools, PartitionLease lease, QuotaShare quota) {
    this.tools = tools;
    this.lease = lease;
    this.quota = quota;
    WorkerSettings settings = tools.settings();
    this.stopBackoff =
        new Backoff(settings.stopRetry(), settings.maxStopRetry(), CloudCalls::random);
    // Goes on for as long as the cloud does not confirm: seldom enough to take no quota from
    // others.
    this.cleanUpBackoff =
        new Backoff(
            settings.stopRetry(), settings.maxStopRetry().multipliedBy(10), CloudCalls::random);
  }

  private static double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  /** How long to wait before a stop is repeated. */
  Backoff stopBackoff() {
    return stopBackoff;
  }

  /** The same for the stop of what an ended task may have left in the cloud. */
  Backoff cleanUpBackoff() {
    return cleanUpBackoff;
  }

  CloudOutcome make(CloudRequest request, Instant deadline) throws InterruptedException {
    long before = System.nanoTime();
    CloudOutcome outcome = tools.caller().call(request, quota, lease, deadline);
    tools
        .metrics()
        .timer(
            "parley.agent.cloud.calls",
            Tags.of(
                "action", request.action().cloudName(),
                "outcome", outcome.getClass().getSimpleName()))
        .record(Duration.ofNanos(System.nanoTime() - before));
    return outcome;
  }

  /** Asks the cloud to stop a task, for as long as a command may take. */
  CloudOutcome stop(TaskFacts facts) throws InterruptedException {
    return make(
        CloudRequests.stop(facts), tools.clock().instant().plus(tools.settings().commandTtl()));
  }

  /** True when there is no such agent in the cloud any more. */
  static boolean gone(CloudOutcome outcome) {
    return outcome instanceof CloudOutcome.Accepted || outcome instanceof CloudProblem.NotFound;
  }

  /** True when what the call was for is so already. */
  static boolean asGoodAsDone(CloudRequest request, CloudProblem problem) {
    return switch (request.action()) {
      case START -> problem instanceof CloudProblem.AlreadyExists;
      case STOP -> problem instanceof CloudProblem.NotFound;
      case UPDATE -> false;
    };
  }
}
