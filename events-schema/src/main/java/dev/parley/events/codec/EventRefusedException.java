package dev.parley.events.codec;

import org.apache.kafka.common.errors.SerializationException;

/** An event breaks a rule of the contract and was not written; trying again does not help. */
public sealed class EventRefusedException extends SerializationException
    permits EventTooLargeException {
  private static final long serialVersionUID = 1L;

  EventRefusedException(String type, String reason) {
    super(type + " " + reason);
  }
}
