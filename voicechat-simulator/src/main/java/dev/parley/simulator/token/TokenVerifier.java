package dev.parley.simulator.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.simulator.token.TokenRefused.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies access tokens of version 001: parse, then expiry, then HMAC over the raw message bytes.
 * Privilege expiries are left alone and bytes after the signature ignored, as the vendor's own
 * verifiers do. The AppID in the text is not covered by the HMAC; compare it separately.
 */
public final class TokenVerifier {

  private static final String VERSION = "001";
  private static final int APP_ID_LENGTH = 24;
  private static final int SIGNATURE_LENGTH = 32;

  private final Clock clock;

  /** Judges expiry by this clock. */
  public TokenVerifier(Clock clock) {
    this.clock = clock;
  }

  /** Returns what a genuine, unexpired token says. */
  public RoomToken verify(String token, String appKey) throws TokenRefused {
    if (!token.startsWith(VERSION) || token.length() <= VERSION.length() + APP_ID_LENGTH) {
      throw new TokenRefused(Reason.MALFORMED, "not an access token of version 001");
    }
    String appId = token.substring(VERSION.length(), VERSION.length() + APP_ID_LENGTH);
    try {
      ByteBuffer content =
          littleEndian(
              Base64.getDecoder().decode(token.substring(VERSION.length() + APP_ID_LENGTH)));
      byte[] message = bytes(content);
      byte[] signature = bytes(content);
      RoomToken parsed = parse(appId, littleEndian(message));
      long now = clock.instant().getEpochSecond();
      if (parsed.expireAtSeconds() > 0 && now > parsed.expireAtSeconds()) {
        throw new TokenRefused(Reason.EXPIRED, "the access token has expired");
      }
      if (signature.length != SIGNATURE_LENGTH
          || !MessageDigest.isEqual(hmac(appKey, message), signature)) {
        throw new TokenRefused(
            Reason.SIGNATURE, "the access token was made with another app key, or changed");
      }
      return parsed;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new TokenRefused(Reason.MALFORMED, "the access token is cut off or not Base64");
    }
  }

  private static RoomToken parse(String appId, ByteBuffer message) {
    message.getInt(); // nonce
    message.getInt(); // issuedAt
    long expireAt = unsignedInt(message);
    String roomId = new String(bytes(message), UTF_8);
    String userId = new String(bytes(message), UTF_8);
    int count = Short.toUnsignedInt(message.getShort());
    Map<Integer, Long> privileges = new HashMap<>();
    for (int i = 0; i < count; i++) {
      privileges.put(Short.toUnsignedInt(message.getShort()), unsignedInt(message));
    }
    return new RoomToken(appId, roomId, userId, expireAt, privileges);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[Short.toUnsignedInt(buffer.getShort())];
    buffer.get(bytes);
    return bytes;
  }

  private static long unsignedInt(ByteBuffer buffer) {
    return Integer.toUnsignedLong(buffer.getInt());
  }

  private static byte[] hmac(String appKey, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(appKey.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
