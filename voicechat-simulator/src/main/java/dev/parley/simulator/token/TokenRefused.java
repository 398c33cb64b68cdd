package dev.parley.simulator.token;

/** An access token that does not admit anybody. */
public final class TokenRefused extends Exception {

  private static final long serialVersionUID = 1L;

  /** What is wrong with the token. */
  public enum Reason {
    /** Not a token of version 001. */
    MALFORMED,
    /** Made with another app key, or changed since. */
    SIGNATURE,
    /** Its time has passed. */
    EXPIRED
  }

  private final Reason reason;

  TokenRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong with the token. */
  public Reason reason() {
    return reason;
  }
}
