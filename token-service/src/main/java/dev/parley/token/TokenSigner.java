package dev.parley.token;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;

/** HMAC-SHA256 with an app key. */
public final class TokenSigner {
  /** Bytes of a signature. */
  public static final int SIGNATURE_LENGTH = 32;

  static final String ALGORITHM = "HmacSHA256";

  private TokenSigner() {}

  /** The signature of a message. */
  public static byte[] sign(AppKey key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key.key());
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** Whether the signature is the message's; takes the same time wherever they differ. */
  public static boolean matches(AppKey key, byte[] message, byte[] signature) {
    return MessageDigest.isEqual(sign(key, message), signature);
  }
}
