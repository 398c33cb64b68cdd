package dev.parley.events.codec;

import dev.parley.events.Topic;

/** An event is larger, longer or deeper than the contract allows; nothing was sent. */
public final class EventTooLargeException extends EventRefusedException {
  private static final long serialVersionUID = 1L;

  EventTooLargeException(String type, int bytes) {
    this(type, "has " + bytes + " bytes, at most " + Topic.MAX_RECORD_BYTES + " are allowed");
  }

  EventTooLargeException(String type, String reason) {
    super(type, reason);
  }
}
