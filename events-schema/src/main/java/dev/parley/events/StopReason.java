package dev.parley.events;

/** Why an agent is stopped. */
public enum StopReason {
  /** A caller asked for it. */
  REQUESTED,
  /** The user that it listens to left and did not come back in time. */
  TARGET_LEFT,
  /** The room is over. */
  ROOM_CLOSED,
  /** It ran for as long as an agent may. */
  MAX_DURATION,
  /** Nothing was heard of it for too long. */
  SILENCE,
  /** The cloud ended the task by itself. */
  ENDED_BY_CLOUD
}
