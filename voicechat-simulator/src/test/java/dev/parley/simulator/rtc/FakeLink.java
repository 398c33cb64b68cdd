package dev.parley.simulator.rtc;

import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.SdkEvent;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a client is told. */
final class FakeLink implements ClientLink {

  final List<Object> told = new ArrayList<>();
  boolean closed;

  record Joined(RoomKey room, String userId) {}

  @Override
  public void joined(RoomKey room, String userId) {
    told.add(new Joined(room, userId));
  }

  @Override
  public void event(SdkEvent event) {
    told.add(event);
  }

  @Override
  public void error(String code, String message) {
    told.add(code);
  }

  @Override
  public void close() {
    closed = true;
  }
}
