package dev.parley.agent.kafka;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.agent.Evidence;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.reaper.SignsOfLife;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A task and what its worker keeps beside it. */
final class Run {
  private AgentTaskState state;
  private SignsOfLife signs;
  private SignsOfLife written;
  private Instant writtenAt;
  private final Retry stop;
  private final Retry cleanUp;
  private @Nullable Instant cleanUpSince;
  private boolean unconfirmedTold;
  private Evidence.@Nullable Broke trouble;
  private int imageGroup;

  /**
   * A task.
   *
   * @param writtenAt when Kafka got it
   */
  Run(
      AgentTaskState state,
      SignsOfLife signs,
      Instant writtenAt,
      Backoff stopBackoff,
      Backoff cleanUpBackoff) {
    this.state = state;
    this.signs = signs;
    this.written = signs;
    this.writtenAt = writtenAt;
    this.stop = new Retry(stopBackoff);
    this.cleanUp = new Retry(cleanUpBackoff);
  }

  AgentTaskState state() {
    return state;
  }

  TaskFacts facts() {
    return state.facts();
  }

  SignsOfLife signs() {
    return signs;
  }

  /** Stops to be repeated until the cloud confirms. */
  Retry stop() {
    return stop;
  }

  /** Stops of an agent that the cloud may have although its task has failed. */
  Retry cleanUp() {
    return cleanUp;
  }

  /** Since when the cloud is asked for that; null when it is not, or has confirmed. */
  @Nullable Instant cleanUpSince() {
    return cleanUpSince;
  }

  /** The cloud is asked from now on; where it is asked already, that goes on. */
  void beginCleanUp(Instant since, Instant now) {
    if (cleanUpSince == null) {
      cleanUpSince = since;
      cleanUp.begin(now);
    }
  }

  /** The cloud has confirmed. */
  void endCleanUp() {
    cleanUpSince = null;
    cleanUp.end();
  }

  /** True where the cloud has not confirmed a stop. */
  boolean unconfirmed() {
    return state instanceof Stopping || cleanUpSince != null;
  }

  /** True once: whoever reads the log is told once for each task. */
  boolean tellUnconfirmed() {
    boolean first = !unconfirmedTold;
    unconfirmedTold = true;
    return first;
  }

  /** The last error that the cloud reported about the agent; null where it reported none. */
  Evidence.@Nullable Broke trouble() {
    return trouble;
  }

  /** The cloud reported an error about the agent. */
  void trouble(Evidence.Broke reported) {
    trouble = reported;
  }

  /** The group of the next image that the agent is shown: higher than those before. */
  int nextImageGroup(Instant now) {
    // By time, so that a worker that takes over goes on above the one before.
    long sinceRequest = Duration.between(state.facts().requestedAt(), now).toMillis();
    imageGroup = (int) Math.min(Integer.MAX_VALUE, Math.max(sinceRequest, imageGroup + 1L));
    return imageGroup;
  }

  /** Kafka has this state. */
  void written(AgentTaskState newState) {
    state = newState;
  }

  /** Kafka has what is known now about who is there. */
  void signsWritten(Instant now) {
    written = signs;
    writtenAt = now;
  }

  void see(UnaryOperator<SignsOfLife> change) {
    signs = change.apply(signs);
  }

  /** True when a worker that takes over would not know who is gone. */
  boolean presenceUnwritten() {
    return !state.ended()
        && (!Objects.equals(signs.targetLeftAt(), written.targetLeftAt())
            || !Objects.equals(signs.agentLeftAt(), written.agentLeftAt()));
  }

  /** True when a worker that takes over would not know that the agent was heard of late. */
  boolean signUnwritten(Duration every) {
    return !state.ended() && !signs.lastSignAt().isBefore(writtenAt.plus(every));
  }

  /** A stop that is to be repeated, or the first one. */
  Instant nextStop() {
    return state instanceof Stopping ? stop.next() : Instant.MAX;
  }
}
