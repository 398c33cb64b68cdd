package dev.parley.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The secret that signs the access tokens of one application; prints as {@code ****}. */
public final class AppKey {
  private final SecretKeySpec key;

  /**
   * Takes the key as the vendor's console shows it: its UTF-8 bytes sign, it is not decoded as hex.
   */
  public AppKey(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("appKey must not be empty");
    }
    this.key = new SecretKeySpec(text.getBytes(UTF_8), TokenSigner.ALGORITHM);
  }

  private AppKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, TokenSigner.ALGORITHM);
  }

  SecretKey key() {
    return key;
  }

  /** A key for another purpose that only a holder of this key can compute. */
  public AppKey derive(String purpose) {
    return new AppKey(TokenSigner.sign(this, purpose.getBytes(UTF_8)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AppKey that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return "****";
  }
}
