package dev.parley.room.push;

import dev.parley.kit.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes positions unreadable for those who are given them. A position counts what happened in all
 * rooms of a partition: who could read it would learn how busy the others are, and who could write
 * it could have anything read. AES-256 in GCM, the same for every process with the same key.
 */
public final class PositionSeal {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int MAX_LENGTH = 1024;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  public PositionSeal(Secret secret) {
    this.key = key(secret);
  }

  private static SecretKeySpec key(Secret secret) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      // The secret may serve for something else as well.
      digest.update("parley room positions\n".getBytes(StandardCharsets.UTF_8));
      return new SecretKeySpec(digest.digest(secret.bytes()), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What a client is given for a position. */
  public String seal(String position) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      byte[] sealed = cipher.doFinal(position.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + CIPHER, e);
    }
  }

  /** The position that was sealed; empty when the text is none that was. */
  public Optional<String> open(String text) {
    try {
      byte[] bytes = text.length() > MAX_LENGTH ? new byte[0] : Base64.getUrlDecoder().decode(text);
      if (bytes.length < NONCE_BYTES + TAG_BITS / 8) {
        return Optional.empty();
      }
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE_BYTES));
      byte[] position = cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
      return Optional.of(new String(position, StandardCharsets.UTF_8));
    } catch (AEADBadTagException | IllegalArgumentException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + CIPHER, e);
    }
  }
}
