package dev.parley.simulator.signature;

/** What the signature check found. */
public sealed interface Verdict {

  /** The request is from the holder of this access key. */
  record Accepted(String accessKeyId, String region) implements Verdict {}

  /** The request is refused. */
  record Refused(Reason reason, String message) implements Verdict {}

  /** Why a request was refused. */
  enum Reason {
    /** No Authorization header, or one of another shape. */
    AUTHORIZATION,
    /** An access key id that the account does not have. */
    ACCESS_KEY,
    /** X-Security-Token missing, unsigned, wrong, or sent with long-lived credentials. */
    SECURITY_TOKEN,
    /** X-Date missing, malformed, or too far from now. */
    DATE,
    /** The credential scope names another date, region or service. */
    SCOPE,
    /** X-Content-Sha256 is not the hash of the body that came. */
    BODY_HASH,
    /** Everything is in place and the signature still is another one. */
    SIGNATURE
  }
}
