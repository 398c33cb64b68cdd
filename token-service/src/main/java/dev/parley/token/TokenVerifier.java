package dev.parley.token;

import java.time.Clock;

/**
 * Verifies access tokens: form, then signature in constant time, then expiry. The signature comes
 * before the expiry, unlike in the vendor's samples: the time in a forged token says nothing.
 */
public final class TokenVerifier {
  private final Clock clock;

  /** Judges expiry by this clock. */
  public TokenVerifier(Clock clock) {
    this.clock = clock;
  }

  /**
   * Verifies a text with the key of one application. The AppID in the text is not covered by the
   * signature: a caller who serves several applications compares it, or picks the key by it.
   */
  public Verification verify(String text, AppKey key) {
    return switch (TokenCodec.decode(text)) {
      case DecodedToken.Malformed(DecodedToken.Fault fault, String detail) ->
          new Verification.Malformed(fault, detail);
      case DecodedToken.Unverified unverified -> verify(unverified, key);
    };
  }

  /** Verifies a decoded token. */
  public Verification verify(DecodedToken.Unverified unverified, AppKey key) {
    AccessToken token = unverified.token();
    if (!unverified.signedWith(key)) {
      return new Verification.WrongSignature(token);
    }
    return token.expiry().passed(clock.instant())
        ? new Verification.Expired(token)
        : new Verification.Valid(token);
  }
}
