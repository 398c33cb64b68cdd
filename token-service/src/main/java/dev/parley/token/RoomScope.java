package dev.parley.token;

import dev.parley.events.id.RoomId;

/** Which rooms a token admits to. */
public sealed interface RoomScope {

  /** The room id as the token carries it. */
  String tokenRoomId();

  /** One room. */
  record OneRoom(RoomId roomId) implements RoomScope {
    @Override
    public String tokenRoomId() {
      return roomId.value();
    }
  }

  /** Every room of the application. */
  record EveryRoom() implements RoomScope {
    @Override
    public String tokenRoomId() {
      return AccessToken.EVERY_ROOM;
    }
  }

  /**
   * Reads a room id of a request.
   *
   * @throws IllegalArgumentException when it is neither {@code *} nor a room id
   */
  static RoomScope parse(String roomId) {
    return roomId.equals(AccessToken.EVERY_ROOM)
        ? new EveryRoom()
        : new OneRoom(new RoomId(roomId));
  }
}
