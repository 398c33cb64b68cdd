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
 */
public record SignsOfLife(
    @Nullable Instant targetLeftAt,
    @Nullable Instant agentLeftAt,
    boolean roomClosed,
    Instant lastSignAt) {

  /** Nothing known yet but that somebody looked at that moment. */
  public static SignsOfLife unknown(Instant now) {
    return new SignsOfLife(null, null, false, now);
  }

  /** The target user is in the room, perhaps again. */
  public SignsOfLife targetThere() {
    return new SignsOfLife(null, agentLeftAt, false, lastSignAt);
  }

  /** The target user is gone; the first report of it counts. */
  public SignsOfLife targetLeft(Instant at) {
    return new SignsOfLife(
        targetLeftAt == null ? at : targetLeftAt, agentLeftAt, roomClosed, lastSignAt);
  }

  /** The agent's user is gone; the first report of it counts. */
  public SignsOfLife agentLeft(Instant at) {
    return new SignsOfLife(
        targetLeftAt, agentLeftAt == null ? at : agentLeftAt, roomClosed, lastSignAt);
  }

  /** The room is over. */
  public SignsOfLife closed() {
    return new SignsOfLife(targetLeftAt, agentLeftAt, true, lastSignAt);
  }

  /** Something was heard of the agent, so it is there. */
  public SignsOfLife heard(Instant at) {
    return new SignsOfLife(
        targetLeftAt, null, roomClosed, at.isAfter(lastSignAt) ? at : lastSignAt);
  }
}
