package dev.parley.simulator.frame;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The four letters that a frame begins with, and so what it means. */
public enum Magic {
  /** Agent to client: conversation state. */
  CONV,
  /** Agent to client: subtitles. */
  SUBV,
  /** Agent to client: function calls to carry out. */
  TOOL,
  /**
   * Agent to client: notice of a function call. Its payload is documented nowhere, so the simulator
   * never sends one.
   */
  INFO,
  /** Client to agent: a command. */
  CTRL,
  /** Client to agent: the result of a function call. */
  FUNC;

  /** The letters on the wire. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Magic> of(String text) {
    return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
  }
}
