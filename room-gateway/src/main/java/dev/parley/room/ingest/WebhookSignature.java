package dev.parley.room.ingest;

import dev.parley.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The signature of the cloud's event callbacks: the seven fields as they came and the secret,
 * sorted by their UTF-8 bytes, concatenated, SHA-256 in lower-case hex. Source: the vendor's page
 * on server callbacks; that the digest is hex is an assumption.
 */
public final class WebhookSignature {
  private WebhookSignature() {}

  /** The signature that the fields must have. */
  public static String of(Secret secret, List<String> fields) {
    MessageDigest digest = sha256();
    Stream.concat(fields.stream(), Stream.of(secret.reveal()))
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        // Not String order: that is by UTF-16 units, which differs beyond U+FFFF.
        .sorted(Arrays::compareUnsigned)
        .forEach(digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** True when one of the secrets made the signature; takes the same time either way. */
  public static boolean matches(List<Secret> secrets, List<String> fields, String signature) {
    boolean matches = false;
    for (Secret secret : secrets) {
      matches |=
          MessageDigest.isEqual(
              of(secret, fields).getBytes(StandardCharsets.UTF_8),
              signature.getBytes(StandardCharsets.UTF_8));
    }
    return matches;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
