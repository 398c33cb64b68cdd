package dev.parley.agent.kafka;

import dev.parley.agent.cloud.Backoff;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When something that did not work is tried again. */
final class Retry {
  private final Backoff backoff;
  private int attempts;
  private @Nullable Instant dueAt;

  Retry(Backoff backoff) {
    this.backoff = backoff;
  }

  /** The first attempt is due at once. */
  void begin(Instant now) {
    attempts = 0;
    dueAt = now;
  }

  /** An attempt was made just now; the next one waits. */
  void again(Instant now) {
    attempts++;
    dueAt = now.plus(backoff.after(attempts));
  }

  void end() {
    dueAt = null;
  }

  int attempts() {
    return attempts;
  }

  boolean due(Instant now) {
    return dueAt != null && !now.isBefore(dueAt);
  }

  /** When the next attempt is due; {@link Instant#MAX} when there is none. */
  Instant next() {
    return dueAt == null ? Instant.MAX : dueAt;
  }
}
