package dev.parley.token.session;

import java.time.Instant;

/**
 * A session JWT; prints without its text.
 *
 * @param renewAfter when to ask for the next one: after four fifths of its life
 */
public record SignedSession(String token, Instant expiresAt, Instant renewAfter) {
  @Override
  public String toString() {
    return "SignedSession[****, expiresAt=" + expiresAt + "]";
  }
}
