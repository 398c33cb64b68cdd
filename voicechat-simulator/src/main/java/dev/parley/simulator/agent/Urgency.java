package dev.parley.simulator.agent;

import java.util.Arrays;
import java.util.Optional;

/** InterruptMode of text handed to the agent from outside. */
public enum Urgency {
  /** Now, cutting short whatever is going on. */
  HIGH(1),
  /** After the current turn. */
  MEDIUM(2),
  /** Only if nothing is going on. */
  LOW(3);

  private final int code;

  Urgency(int code) {
    this.code = code;
  }

  /** The urgency of a number on the wire. */
  public static Optional<Urgency> of(int code) {
    return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
  }
}
