package dev.parley.events.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Ids that follow from what is told, so that telling it again gives the same id. */
public final class EventIds {
  private EventIds() {}

  /**
   * A version 8 UUID from the SHA-256 of the parts. Parts are told apart by their lengths: {@code
   * ("ab", "c")} and {@code ("a", "bc")} give different ids.
   */
  public static String derived(String... parts) {
    MessageDigest digest = sha256();
    update(digest, parts);
    return uuid(digest);
  }

  /** For many ids whose first parts are the same: those are worked in once. */
  public static Prefix startingWith(String... parts) {
    MessageDigest digest = sha256();
    update(digest, parts);
    return new Prefix(digest);
  }

  /** The first parts of ids; may be used by any number of threads. */
  public static final class Prefix {
    private final MessageDigest digest;

    private Prefix(MessageDigest digest) {
      this.digest = digest;
    }

    /** As {@link EventIds#derived} with the first parts before these. */
    public String derived(String... rest) {
      try {
        MessageDigest copy = (MessageDigest) digest.clone();
        update(copy, rest);
        return uuid(copy);
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("the SHA-256 of every Java platform can be cloned", e);
      }
    }
  }

  private static void update(MessageDigest digest, String... parts) {
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      for (int shift = 24; shift >= 0; shift -= 8) {
        digest.update((byte) (bytes.length >>> shift));
      }
      digest.update(bytes);
    }
  }

  private static String uuid(MessageDigest digest) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
