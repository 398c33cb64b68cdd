package dev.parley.simulator.room;

import dev.parley.simulator.Identifiers;

/** Names one room of one app. */
public record RoomKey(String appId, String roomId) {

  public RoomKey {
    Identifiers.require("appId", appId);
    Identifiers.require("roomId", roomId);
  }
}
