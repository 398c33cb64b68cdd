package dev.parley.token;

import java.time.Instant;
import java.util.Optional;

/**
 * When a token or a privilege ends, in the token's own unit: Unix seconds, unsigned 32 bits, 0 for
 * never. The second of the expiry itself is still inside.
 */
public record Expiry(long epochSeconds) {
  /** Ends never. */
  public static final Expiry NEVER = new Expiry(0);

  /** The largest number that the format can hold. */
  static final long MAX = 0xFFFF_FFFFL;

  public Expiry {
    if (epochSeconds < 0 || epochSeconds > MAX) {
      throw new IllegalArgumentException(
          "expiry must be between 0 and " + MAX + " seconds, is " + epochSeconds);
    }
  }

  /** Ends with the second of {@code instant}. */
  public static Expiry at(Instant instant) {
    if (instant.getEpochSecond() == 0) {
      // 0 means never; the epoch itself has no encoding.
      throw new IllegalArgumentException("expiry must be after 1970-01-01T00:00:00Z");
    }
    return new Expiry(instant.getEpochSecond());
  }

  /** Whether it lies behind {@code now}. */
  public boolean passed(Instant now) {
    return epochSeconds != 0 && now.getEpochSecond() > epochSeconds;
  }

  /** The last second; empty for never. */
  public Optional<Instant> instant() {
    return epochSeconds == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(epochSeconds));
  }
}
