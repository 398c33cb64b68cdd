package dev.parley.agent.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Which keys this instance has seen, and with which bodies. The newest are kept; what is forgotten,
 * or was seen by another instance, is caught by the ids that derive from the key.
 */
final class IdempotencyKeys {
  private static final int CAPACITY = 50_000;

  /** What is known about a key. */
  enum Seen {
    /** Not seen: go on, and report how it ended. */
    NEW,
    /** Carried out with this body. */
    DONE,
    /** Being carried out right now. */
    IN_PROGRESS,
    /** Used with another body. */
    OTHER_BODY
  }

  private record Use(String fingerprint, boolean done, Instant since) {}

  private final Duration memory;
  private final Clock clock;

  private final Map<String, Use> uses =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Use> eldest) {
          return size() > CAPACITY;
        }
      };

  /**
   * Knows no key yet.
   *
   * @param memory how long a key counts: not longer than the task that was made with it
   */
  IdempotencyKeys(Duration memory, Clock clock) {
    this.memory = memory;
    this.clock = clock;
  }

  /**
   * Somebody uses a key.
   *
   * @param remembered asked of a key that was carried out: false when what it made is forgotten
   */
  synchronized Seen begin(String key, String fingerprint, BooleanSupplier remembered) {
    Use use = uses.get(key);
    Instant now = clock.instant();
    if (use == null
        || (use.done() && (!use.since().plus(memory).isAfter(now) || !remembered.getAsBoolean()))) {
      uses.remove(key);
      uses.put(key, new Use(fingerprint, false, now));
      return Seen.NEW;
    }
    if (!use.fingerprint().equals(fingerprint)) {
      return Seen.OTHER_BODY;
    }
    return use.done() ? Seen.DONE : Seen.IN_PROGRESS;
  }

  synchronized void done(String key) {
    uses.computeIfPresent(key, (k, use) -> new Use(use.fingerprint(), true, use.since()));
  }

  /** Nothing was done: the key may be used again. */
  synchronized void failed(String key) {
    uses.remove(key);
  }
}
