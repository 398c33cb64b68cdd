package dev.parley.room;

import java.util.List;

/** What one step of the reducer gives: the room as it is remembered now, and the news. */
public record Step(RoomMemory memory, List<Fact> facts) {
  public Step {
    facts = List.copyOf(facts);
  }
}
