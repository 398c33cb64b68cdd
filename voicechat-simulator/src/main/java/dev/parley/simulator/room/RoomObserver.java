package dev.parley.simulator.room;

import java.time.Duration;

/** Is told what the cloud itself would report about rooms. */
public interface RoomObserver {

  /** A user, client or agent, joined. */
  void joined(RoomKey room, Presence user);

  /** A user left after {@code stay}. */
  void left(RoomKey room, Presence user, LeaveCause cause, Duration stay);

  /** The last user has left. */
  void destroyed(RoomKey room);
}
