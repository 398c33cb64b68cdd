package dev.parley.simulator.agent;

/**
 * One subtitle record.
 *
 * @param sequence counts from 0 per speaker and round
 * @param definite this sentence is final
 * @param paragraph the whole turn is final
 */
public record Subtitle(
    Speaker speaker,
    String userId,
    int roundId,
    int sequence,
    String text,
    String language,
    boolean definite,
    boolean paragraph) {

  /** Who speaks; the number is {@code mode} on the wire. */
  public enum Speaker {
    /** The human. */
    USER(0),
    /** The agent. */
    AGENT(1);

    private final int mode;

    Speaker(int mode) {
      this.mode = mode;
    }

    /** The number on the wire, as observed by others; not documented. */
    public int mode() {
      return mode;
    }
  }
}
