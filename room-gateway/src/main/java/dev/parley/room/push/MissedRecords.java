package dev.parley.room.push;

import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Session;
import java.util.List;

/** Reads what a listener missed and what is no longer in memory. */
@FunctionalInterface
public interface MissedRecords {
  /** What was read. */
  sealed interface Answer {}

  /**
   * A room's records, in order.
   *
   * @param expired true when Kafka no longer had some of them
   * @param complete false when there were more than one may ask for
   */
  record Found(List<StreamRecord> records, boolean expired, boolean complete) implements Answer {
    public Found {
      records = List.copyOf(records);
    }
  }

  /** Kafka cannot be read now, or too many ask at once. */
  record Unavailable() implements Answer {}

  /**
   * Blocks. Reads from a position up to another, bounded in number and time.
   *
   * @param who who asks; some do so more often than others can bear
   */
  Answer read(Session who, RoomKey room, long[] from, long[] upTo) throws InterruptedException;
}
