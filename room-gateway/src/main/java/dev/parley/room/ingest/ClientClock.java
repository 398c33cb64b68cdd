package dev.parley.room.ingest;

/**
 * Estimates how far a client's clock is off, and puts its times on the gateway's clock.
 *
 * <p>What a client sends cannot arrive before it was sent, so the smallest difference between
 * arrival and sending is the clock's offset plus the shortest way through the network. Only what
 * came in lately counts: clocks are set. Times of one client never run backwards: its own order is
 * certain, its clock is not.
 */
public final class ClientClock {
  /** The smallest difference of this window and the one before counts: of 30 to 60 s. */
  private static final long WINDOW_MILLIS = 30_000;

  private long windowStartMillis;
  private long smallest;
  private long smallestBefore;
  private long lastMillis = Long.MIN_VALUE;

  /** Starts with a message whose sending time the client wrote just before sending it. */
  public ClientClock(long sentClientMillis, long arrivedMillis) {
    windowStartMillis = arrivedMillis;
    smallest = arrivedMillis - sentClientMillis;
    smallestBefore = smallest;
  }

  /** A clock that was known to be so far behind when something arrived. */
  public static ClientClock behindBy(long offsetMillis, long arrivedMillis) {
    return new ClientClock(arrivedMillis - offsetMillis, arrivedMillis);
  }

  /** The gateway's time of something that the client saw; at most the time of arrival. */
  public long eventMillis(long clientMillis, long arrivedMillis) {
    long difference = arrivedMillis - clientMillis;
    long windows = (arrivedMillis - windowStartMillis) / WINDOW_MILLIS;
    if (windows > 0) {
      smallestBefore = windows == 1 ? smallest : difference;
      smallest = difference;
      windowStartMillis += windows * WINDOW_MILLIS;
    }
    smallest = Math.min(smallest, difference);
    long corrected = Math.min(clientMillis + offsetMillis(), arrivedMillis);
    lastMillis = Math.max(corrected, lastMillis);
    return lastMillis;
  }

  /**
   * Nothing was read for that long. What comes in then was under way all the time: it says how long
   * it waited, and nothing of the clock.
   */
  public void unread(long millis) {
    windowStartMillis += millis;
  }

  /** How many milliseconds the client's clock is behind. */
  public long offsetMillis() {
    return Math.min(smallest, smallestBefore);
  }
}
