package dev.parley.room.ingest;

/**
 * Estimates how far a client's clock is off, and puts its times on the gateway's clock.
 *
 * <p>What a client sends cannot arrive before it was sent, so the smallest difference between
 * arrival and sending is the clock's offset plus the shortest way through the network. Times of one
 * client never run backwards: its own order is certain, its clock is not.
 */
public final class ClientClock {
  private long offsetMillis;
  private long lastMillis = Long.MIN_VALUE;

  /** Starts with a message whose sending time the client wrote just before sending it. */
  public ClientClock(long sentClientMillis, long arrivedMillis) {
    offsetMillis = arrivedMillis - sentClientMillis;
  }

  /** The gateway's time of something that the client saw; at most the time of arrival. */
  public long eventMillis(long clientMillis, long arrivedMillis) {
    offsetMillis = Math.min(offsetMillis, arrivedMillis - clientMillis);
    long corrected = Math.min(clientMillis + offsetMillis, arrivedMillis);
    lastMillis = Math.max(corrected, lastMillis);
    return lastMillis;
  }

  /** How many milliseconds the client's clock is behind. */
  public long offsetMillis() {
    return offsetMillis;
  }
}
