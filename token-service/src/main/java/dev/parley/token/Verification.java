package dev.parley.token;

/** What {@link TokenVerifier} finds. Only {@link Valid} admits anybody. */
public sealed interface Verification {

  /** Genuine and in its time. */
  record Valid(AccessToken token) implements Verification {}

  /** Genuine, but its time has passed. */
  record Expired(AccessToken token) implements Verification {}

  /** Not signed with the app key, or changed since; what it says cannot be trusted. */
  record WrongSignature(AccessToken unverified) implements Verification {}

  /** Not a token. */
  record Malformed(DecodedToken.Fault fault, String detail) implements Verification {}
}
