package dev.parley.token;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;

/** HMAC-SHA256 with an app key. */
public final class TokenSigner {
  /** Bytes of a signature. */
  public static final int SIGNATURE_LENGTH = 32;

  static final String ALGORITHM = "HmacSHA256";

  // Looking for the provider costs more than the signature itself.
  private static final ThreadLocal<Mac> MACS = ThreadLocal.withInitial(TokenSigner::mac);

  private TokenSigner() {}

  /** The signature of a message. */
  public static byte[] sign(AppKey key, byte[] message) {
    Mac mac = MACS.get();
    try {
      // Also forgets what a call that failed half way has left behind.
      mac.init(key.key());
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("every key of bytes is a key for " + ALGORITHM, e);
    }
    return mac.doFinal(message);
  }

  private static Mac mac() {
    try {
      return Mac.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** Whether the signature is the message's; takes the same time wherever they differ. */
  public static boolean matches(AppKey key, byte[] message, byte[] signature) {
    return MessageDigest.isEqual(sign(key, message), signature);
  }
}
