package dev.parley.simulator.room;

/** The one who sits behind a user in a room: a client's connection, or an agent. */
public interface Member {

  /** Something happened to somebody else in the room, or to this member's token. */
  void onEvent(SdkEvent event);

  /** A message for this member alone; false when it does not understand it. */
  boolean onMessage(String fromUserId, BinaryMessage message);

  /** Somebody else said something aloud, into a published microphone. */
  void onSpeech(String userId, String text);

  /** The room has put this member out; it gets nothing from here on. */
  void onRemoved(LeaveCause cause);
}
