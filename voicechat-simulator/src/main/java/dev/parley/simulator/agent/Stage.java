package dev.parley.simulator.agent;

/**
 * The conversation stages of {@code conv} frames. The descriptions of SPEAKING and INTERRUPTED are
 * not known of the real cloud and were chosen; a consumer should go by the code.
 */
public enum Stage {
  /** Something failed; comes with ErrorInfo. */
  ERROR(0, "errorOccurred"),
  /** Waiting for the user to speak. */
  LISTENING(1, "listening"),
  /** The model works on an answer. */
  THINKING(2, "thinking"),
  /** The answer is being spoken. */
  SPEAKING(3, "speaking"),
  /** The answer was cut short. */
  INTERRUPTED(4, "interrupted"),
  /** The answer was spoken to its end. */
  FINISHED(5, "answerFinish");

  private final int code;
  private final String description;

  Stage(int code, String description) {
    this.code = code;
    this.description = description;
  }

  /** Stage.Code on the wire. */
  public int code() {
    return code;
  }

  /** Stage.Description on the wire. */
  public String description() {
    return description;
  }
}
