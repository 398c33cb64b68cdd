package dev.parley.events;

import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;

/** The client that reported something: who it is, and which of its reports this is. */
@About("The client that reported it, and which of its reports this is.")
public record Observer(
    UserId userId,
    ClientId clientId,
    @About(
            value = "Position of the report among all of the client's, from 1 upwards.",
            example = "17",
            minimum = 1)
        long sequence,
    @About(
            value = "The client's own clock when it reported, Unix time in milliseconds.",
            unit = "ms",
            example = "1750000000123")
        long clientTimeMillis) {
  public Observer {
    checkSequence(sequence);
  }

  /** Refuses what is not a position among a client's reports. */
  static void checkSequence(long sequence) {
    if (sequence < 1) {
      throw new RefusedValueException("sequence must be 1 or more, is " + sequence);
    }
  }
}
