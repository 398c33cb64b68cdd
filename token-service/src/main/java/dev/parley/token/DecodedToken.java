package dev.parley.token;

import java.util.Arrays;

/** What {@link TokenCodec} makes of a text. Nothing in it is verified. */
public sealed interface DecodedToken {

  /** The text has the form of a token; whoever holds no app key may still have written it. */
  final class Unverified implements DecodedToken {
    private final AccessToken token;
    private final byte[] message;
    private final byte[] signature;

    Unverified(AccessToken token, byte[] message, byte[] signature) {
      this.token = token;
      this.message = message;
      this.signature = signature;
    }

    /** What the token claims. */
    public AccessToken token() {
      return token;
    }

    /** The bytes that the signature covers. */
    public byte[] message() {
      return Arrays.copyOf(message, message.length);
    }

    boolean signedWith(AppKey key) {
      return TokenSigner.matches(key, message, signature);
    }
  }

  /**
   * The text is not a token.
   *
   * @param detail one sentence for people; quotes nothing of the text
   */
  record Malformed(Fault fault, String detail) implements DecodedToken {}

  /** What can be wrong with the form of a token. */
  enum Fault {
    /** Does not begin as an access token does, or is far too long for one. */
    NOT_A_TOKEN,
    /** Begins with another version than {@code 001}. */
    OTHER_VERSION,
    /** Ends before its own lengths say so. */
    TRUNCATED,
    /** The 24 characters of the AppID hold something else than letters and digits. */
    APP_ID,
    /** The part after the AppID is not standard Base64 with padding. */
    NOT_BASE64,
    /** An id is not UTF-8. */
    NOT_TEXT,
    /** The lengths inside do not agree with each other. */
    LENGTHS,
    /** Privileges are repeated or not ascending. */
    PRIVILEGE_ORDER
  }
}
