package dev.parley.token.caller;

import java.util.Locale;

/** What {@link CallerVerifier} finds. */
public sealed interface CallerCheck {

  /** The bearer JWT is genuine and meant for this service. */
  record Accepted(Caller caller) implements CallerCheck {}

  /**
   * It is not.
   *
   * @param detail one sentence for the caller; quotes nothing of the JWT
   */
  record Refused(Reason reason, String detail) implements CallerCheck {}

  /** It cannot be told now: the identity provider's keys cannot be fetched. */
  record KeysUnavailable(String provider) implements CallerCheck {}

  /** Why a bearer JWT is refused. */
  enum Reason {
    MALFORMED,
    UNKNOWN_ISSUER,
    ALGORITHM_NOT_ALLOWED,
    UNKNOWN_KEY,
    WRONG_SIGNATURE,
    EXPIRED,
    NOT_YET_VALID,
    WRONG_AUDIENCE,
    CLAIMS;

    /** The reason as metrics and answers spell it. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
