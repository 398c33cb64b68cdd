package dev.parley.agent.reaper;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of a task and its room.
 *
 * @param targetLeftAt since when the target user is gone; null while in the room or not known
 * @param agentLeftAt since when the agent's user is gone; null while in the room or not known
 * @param roomClosed true when the room is over
 * @param lastSignAt when anything was last heard of the agent
 * @param target what is known about the target user's coming
 */
public record SignsOfLife(
    @Nullable Instant targetLeftAt,
    @Nullable Instant agentLeftAt,
    boolean roomClosed,
    Instant lastSignAt,
    Target target) {

  /** What is known about the target user's coming. */
  public enum Target {
    /** Nobody can tell: the room's facts do not come here, or its beginning was missed. */
    UNKNOWN,
    /** It has not come yet. */
    AWAITED,
    /** It is or was there. */
    SEEN
  }

  /** Nothing known yet but that somebody looked at that moment. */
  public static SignsOfLife unknown(Instant now) {
    return new SignsOfLife(null, null, false, now, Target.UNKNOWN);
  }

  /** What a worker before has seen. */
  public static SignsOfLife takenOver(
      @Nullable Instant targetLeftAt, @Nullable Instant agentLeftAt, Instant lastSignAt) {
    return new SignsOfLife(
        targetLeftAt,
        agentLeftAt,
        false,
        lastSignAt,
        targetLeftAt == null ? Target.UNKNOWN : Target.SEEN);
  }

  /** Who is in the room is known, and the target user is not: it is to come. */
  public SignsOfLife targetAwaited() {
    return target == Target.UNKNOWN
        ? new SignsOfLife(targetLeftAt, agentLeftAt, roomClosed, lastSignAt, Target.AWAITED)
        : this;
  }

  /** The target user is in the room, perhaps again. */
  public SignsOfLife targetThere() {
    return new SignsOfLife(null, agentLeftAt, false, lastSignAt, Target.SEEN);
  }

  /** The target user is gone; the first report of it counts. */
  public SignsOfLife targetLeft(Instant at) {
    return new SignsOfLife(
        targetLeftAt == null ? at : targetLeftAt, agentLeftAt, roomClosed, lastSignAt, Target.SEEN);
  }

  /** The agent's user is gone; the first report of it counts. */
  public SignsOfLife agentLeft(Instant at) {
    return new SignsOfLife(
        targetLeftAt, agentLeftAt == null ? at : agentLeftAt, roomClosed, lastSignAt, target);
  }

  /** The room is over. */
  public SignsOfLife closed() {
    return new SignsOfLife(targetLeftAt, agentLeftAt, true, lastSignAt, target);
  }

  /** The target user did something: the conversation is not dead. */
  public SignsOfLife targetHeard(Instant at) {
    return new SignsOfLife(targetLeftAt, agentLeftAt, roomClosed, later(at), Target.SEEN);
  }

  /** Something was heard of the agent, so it is there. */
  public SignsOfLife heard(Instant at) {
    return new SignsOfLife(targetLeftAt, null, roomClosed, later(at), target);
  }

  private Instant later(Instant at) {
    return at.isAfter(lastSignAt) ? at : lastSignAt;
  }
}
