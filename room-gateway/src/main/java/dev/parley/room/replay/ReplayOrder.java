package dev.parley.room.replay;

import dev.parley.events.RefusedValueException;
import dev.parley.events.Topic;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked to be told again.
 *
 * @param askedBy subject of the caller
 * @param roomId one room; null for all rooms of the application
 * @param fromMillis first event time
 * @param toMillis event times before that
 * @param topics what is read; for bad rows, the topic of bad rows
 * @param types CloudEvents types, or for bad rows their codes; empty for all
 * @param target where events go; null for bad rows, which go where they belong
 * @param cancelledMillis when somebody called it off
 */
public record ReplayOrder(
    String id,
    AppId appId,
    String askedBy,
    long askedMillis,
    Kind kind,
    @Nullable RoomId roomId,
    long fromMillis,
    long toMillis,
    List<Topic> topics,
    List<String> types,
    @Nullable String target,
    @Nullable Long cancelledMillis) {

  /** What is told again. */
  public enum Kind {
    /** Events, as they are, into a topic for it. */
    EVENTS,
    /** Bad rows, through the doors that refused them. */
    BAD_ROWS
  }

  public ReplayOrder {
    topics = List.copyOf(topics);
    types = List.copyOf(types);
    if (fromMillis < 0 || fromMillis >= toMillis) {
      throw new RefusedValueException("from must be before to");
    }
    if ((kind == Kind.EVENTS) != (target != null)) {
      throw new RefusedValueException("events need a target, bad rows have none");
    }
  }

  /** The same, called off. */
  public ReplayOrder cancelled(long atMillis) {
    return new ReplayOrder(
        id,
        appId,
        askedBy,
        askedMillis,
        kind,
        roomId,
        fromMillis,
        toMillis,
        topics,
        types,
        target,
        cancelledMillis == null ? Long.valueOf(atMillis) : cancelledMillis);
  }

  /** What its records are keyed by; the first two parts choose the partition. */
  public String key() {
    return appId + ":" + id;
  }
}
