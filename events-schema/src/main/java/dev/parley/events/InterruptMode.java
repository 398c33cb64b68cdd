package dev.parley.events;

/** What a text does to an agent that is speaking. */
public enum InterruptMode {
  /** Interrupts at once. */
  HIGH(1),
  /** Waits for the end of the current turn. */
  MEDIUM(2),
  /** Is dropped while a turn is in progress. */
  LOW(3);

  private final int cloudValue;

  InterruptMode(int cloudValue) {
    this.cloudValue = cloudValue;
  }

  /** The OpenAPI's InterruptMode. */
  public int cloudValue() {
    return cloudValue;
  }
}
