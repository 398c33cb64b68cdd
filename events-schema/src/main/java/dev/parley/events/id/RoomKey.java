package dev.parley.events.id;

import dev.parley.events.RefusedValueException;

/**
 * A room of an application, and the key of every room-scoped record: {@code appId:roomId}. Keyed by
 * room, not by user: "left" must not overtake "joined", and Kafka orders only within a partition.
 */
public record RoomKey(AppId appId, RoomId roomId) {
  /** Stands between the parts of a key; no id may hold it. */
  static final char SEPARATOR = ':';

  /**
   * Reads {@code appId:roomId}.
   *
   * @throws RefusedValueException when the text is not of that form
   */
  public static RoomKey parse(String text) {
    int at = text.indexOf(SEPARATOR);
    if (at < 0) {
      throw new RefusedValueException("a room key is appId:roomId");
    }
    return new RoomKey(new AppId(text.substring(0, at)), new RoomId(text.substring(at + 1)));
  }

  /** The key of one task of this room: {@code appId:roomId:taskId}, on the room's partition. */
  public String task(TaskId taskId) {
    return this.toString() + SEPARATOR + taskId;
  }

  @Override
  public String toString() {
    return appId.value() + SEPARATOR + roomId.value();
  }
}
