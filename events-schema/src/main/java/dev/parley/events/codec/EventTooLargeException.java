package dev.parley.events.codec;

import dev.parley.events.Topic;
import org.apache.kafka.common.errors.SerializationException;

/** An event has more bytes than its topic takes; nothing was sent. */
public final class EventTooLargeException extends SerializationException {
  private static final long serialVersionUID = 1L;

  EventTooLargeException(String type, int bytes) {
    super(type + " has " + bytes + " bytes, at most " + Topic.MAX_RECORD_BYTES + " are allowed");
  }
}
