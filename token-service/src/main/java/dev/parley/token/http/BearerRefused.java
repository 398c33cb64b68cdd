package dev.parley.token.http;

import dev.parley.token.caller.CallerCheck;

/** A bearer JWT is refused. */
final class BearerRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient CallerCheck.Refused refused;

  BearerRefused(CallerCheck.Refused refused) {
    super("bearer refused: " + refused.reason().wireName(), null, false, false);
    this.refused = refused;
  }

  CallerCheck.Refused refused() {
    return refused;
  }
}
