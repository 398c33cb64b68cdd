package dev.parley.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A fresh access token; prints without its text. */
public final class IssuedToken {
  /** The SDK warns this long before the end. */
  static final Duration SDK_WARNING = Duration.ofSeconds(30);

  /** Shortest time between {@link #renewAfter} and the end: the SDK's warning and time to retry. */
  public static final Duration RENEWAL_MARGIN = SDK_WARNING.multipliedBy(3);

  private final AccessToken token;
  private final String text;
  private final Instant expiresAt;
  private final List<Privilege> privileges;

  IssuedToken(AccessToken token, String text, Instant expiresAt, List<Privilege> privileges) {
    this.token = token;
    this.text = text;
    this.expiresAt = expiresAt;
    this.privileges = privileges;
  }

  /** What the client shows to the vendor. Never to be logged. */
  public String text() {
    return text;
  }

  /** What it says. */
  public AccessToken token() {
    return token;
  }

  /** Its last second. */
  public Instant expiresAt() {
    return expiresAt;
  }

  /**
   * When a client should fetch the next token: after four fifths of the time, and never later than
   * {@link #RENEWAL_MARGIN} before the end.
   */
  public Instant renewAfter() {
    long ttl = expiresAt.getEpochSecond() - token.issuedAt().getEpochSecond();
    long after = Math.min(ttl * 4 / 5, ttl - RENEWAL_MARGIN.toSeconds());
    return token.issuedAt().plusSeconds(after < 0 ? ttl / 2 : after);
  }

  /** The privileges that it carries, the vendor's widening included, by number. */
  public List<Privilege> privileges() {
    return privileges;
  }

  @Override
  public String toString() {
    return "IssuedToken[" + token + "]";
  }
}
