package dev.parley.token.session;

import java.time.Instant;

/** A session JWT; prints without its text. */
public record SignedSession(String token, Instant expiresAt) {
  @Override
  public String toString() {
    return "SignedSession[****, expiresAt=" + expiresAt + "]";
  }
}
