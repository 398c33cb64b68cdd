package dev.parley.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes access tokens for tests. */
public final class TestTokens {

  private TestTokens() {}

  /** A token with these privileges, none of which expires by itself. */
  public static String issue(
      String appId,
      String appKey,
      String roomId,
      String userId,
      long expireAtSeconds,
      int... privileges) {
    ByteBuffer message = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(12345).putInt(1_750_000_000).putInt((int) expireAtSeconds);
    putBytes(message, roomId.getBytes(UTF_8));
    putBytes(message, userId.getBytes(UTF_8));
    message.putShort((short) privileges.length);
    for (int privilege : privileges) {
      message.putShort((short) privilege).putInt(0);
    }
    byte[] signed = Arrays.copyOf(message.array(), message.position());
    ByteBuffer content = ByteBuffer.allocate(signed.length + 64).order(ByteOrder.LITTLE_ENDIAN);
    putBytes(content, signed);
    putBytes(content, hmac(appKey, signed));
    return "001"
        + appId
        + Base64.getEncoder().encodeToString(Arrays.copyOf(content.array(), content.position()));
  }

  private static void putBytes(ByteBuffer buffer, byte[] bytes) {
    buffer.putShort((short) bytes.length).put(bytes);
  }

  private static byte[] hmac(String key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
