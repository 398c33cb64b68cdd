package dev.parley.simulator.rtc;

import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.SdkEvent;

/** The way back to one client. */
public interface ClientLink {

  /** The client is in the room. */
  void joined(RoomKey room, String userId);

  /** The SDK tells the client something. */
  void event(SdkEvent event);

  /** The last command was refused; codes are the Web SDK's where it has one. */
  void error(String code, String message);

  /** The connection is closed from this side. */
  void close();
}
