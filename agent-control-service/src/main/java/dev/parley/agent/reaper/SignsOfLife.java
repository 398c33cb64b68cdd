package dev.parley.agent.reaper;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of a task and its room. Facts are taken in as they come; what one says counts
 * until a later one takes it back, and nothing follows from it before {@link Reaper} is asked.
 *
 * @param targetLeftAt since when the target user is gone; null while in the room or not known
 * @param agentLeftAt since when the agent's user is gone; null while in the room or not known
 * @param roomClosedAt since when the room is over; null while it is open or not known
 * @param lastSignAt when anything was last heard of the agent
 * @param target what is known about the target user's coming
 * @param awaitedSince since when somebody waits for the target user's coming; null while nobody
 *     does
 */
public record SignsOfLife(
    @Nullable Instant targetLeftAt,
    @Nullable Instant agentLeftAt,
    @Nullable Instant roomClosedAt,
    Instant lastSignAt,
    Target target,
    @Nullable Instant awaitedSince) {

  /** What is known about the target user's coming. */
  public enum Target {
    /** Nobody can tell: the room's facts do not come here, or its beginning was missed. */
    UNKNOWN,
    /** It has not come yet. */
    AWAITED,
    /** It is or was there. */
    SEEN
  }

  public SignsOfLife {
    if ((target == Target.AWAITED) != (awaitedSince != null)) {
      throw new IllegalArgumentException(
          "awaitedSince must say since when, where target is AWAITED");
    }
  }

  /** Nothing known yet but that somebody looked at that moment. */
  public static SignsOfLife unknown(Instant now) {
    return new SignsOfLife(null, null, null, now, Target.UNKNOWN, null);
  }

  /** What a worker before has seen. */
  public static SignsOfLife takenOver(
      @Nullable Instant targetLeftAt, @Nullable Instant agentLeftAt, Instant lastSignAt) {
    return new SignsOfLife(
        targetLeftAt,
        agentLeftAt,
        null,
        lastSignAt,
        targetLeftAt == null ? Target.UNKNOWN : Target.SEEN,
        null);
  }

  /** Who is in the room is known, and the target user is not: it is to come. */
  public SignsOfLife targetAwaited(Instant since) {
    return target == Target.UNKNOWN ? awaited(since) : this;
  }

  /**
   * The target user left before the agent was asked for: that visit is over, and the one that the
   * agent is for is to come. One who left since then is gone already.
   */
  public SignsOfLife targetLeftBefore(Instant now) {
    return targetLeftAt == null && target != Target.AWAITED ? awaited(now) : this;
  }

  private SignsOfLife awaited(Instant since) {
    return new SignsOfLife(
        targetLeftAt, agentLeftAt, roomClosedAt, lastSignAt, Target.AWAITED, since);
  }

  /** The target user is in the room, perhaps again. */
  public SignsOfLife targetThere() {
    return new SignsOfLife(null, agentLeftAt, null, lastSignAt, Target.SEEN, null);
  }

  /** The target user is gone; the first report of it counts. */
  public SignsOfLife targetLeft(Instant at) {
    return new SignsOfLife(
        targetLeftAt == null ? at : targetLeftAt,
        agentLeftAt,
        roomClosedAt,
        lastSignAt,
        Target.SEEN,
        null);
  }

  /** The agent's user is gone; the first report of it counts. */
  public SignsOfLife agentLeft(Instant at) {
    return new SignsOfLife(
        targetLeftAt,
        agentLeftAt == null ? at : agentLeftAt,
        roomClosedAt,
        lastSignAt,
        target,
        awaitedSince);
  }

  /** The room is over; the first report of it counts. */
  public SignsOfLife closed(Instant at) {
    return new SignsOfLife(
        targetLeftAt,
        agentLeftAt,
        roomClosedAt == null ? at : roomClosedAt,
        lastSignAt,
        target,
        awaitedSince);
  }

  /** The room is open, perhaps anew; who is in it is another matter. */
  public SignsOfLife opened() {
    return new SignsOfLife(targetLeftAt, agentLeftAt, null, lastSignAt, target, awaitedSince);
  }

  /** The target user did something: the conversation is not dead. */
  public SignsOfLife targetHeard(Instant at) {
    return new SignsOfLife(targetLeftAt, agentLeftAt, roomClosedAt, later(at), Target.SEEN, null);
  }

  /** Something was heard of the agent, so it is there. */
  public SignsOfLife heard(Instant at) {
    return new SignsOfLife(targetLeftAt, null, roomClosedAt, later(at), target, awaitedSince);
  }

  private Instant later(Instant at) {
    return at.isAfter(lastSignAt) ? at : lastSignAt;
  }
}
