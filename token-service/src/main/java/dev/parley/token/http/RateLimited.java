package dev.parley.token.http;

import dev.parley.token.limit.RateLimits.Standing;

/** A caller asks too often. */
final class RateLimited extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Standing standing;

  RateLimited(Standing standing) {
    super("rate limit " + standing.limit().name(), null, false, false);
    this.standing = standing;
  }

  Standing standing() {
    return standing;
  }
}
