package dev.parley.room;

import java.time.Duration;

/**
 * Remembers which messages were told already. The only memory that is not part of {@link
 * RoomMemory}: it grows with every message, and each is looked up by itself.
 */
public interface Repeats {
  /**
   * Remembers one occurrence.
   *
   * @param identity what is the same for every report of one message
   * @param atMillis event time of this report
   * @param within how far apart the event times of one message's reports can be
   * @return true for the first report
   */
  boolean firstTime(String identity, long atMillis, Duration within);
}
