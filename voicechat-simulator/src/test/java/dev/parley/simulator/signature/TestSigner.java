package dev.parley.simulator.signature;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests for tests that need more of them than the vectors give; queries must be sorted.
 */
public final class TestSigner {

  private final String accessKeyId;
  private final String secretKey;

  public TestSigner(String accessKeyId, String secretKey) {
    this.accessKeyId = accessKeyId;
    this.secretKey = secretKey;
  }

  /** The headers to send, signed with content type, host, body hash and date. */
  public Map<String, String> headers(
      String method, String host, String sortedQuery, String body, Instant at) {
    String date =
        DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(at);
    String hash = hex(sha256(body.getBytes(UTF_8)));
    String names = "content-type;host;x-content-sha256;x-date";
    String canonical =
        method
            + "\n/\n"
            + sortedQuery
            + "\n"
            + "content-type:application/json\nhost:"
            + host
            + "\n"
            + "x-content-sha256:"
            + hash
            + "\nx-date:"
            + date
            + "\n\n"
            + names
            + "\n"
            + hash;
    String scope = date.substring(0, 8) + "/cn-north-1/rtc/request";
    String toSign =
        "HMAC-SHA256\n" + date + "\n" + scope + "\n" + hex(sha256(canonical.getBytes(UTF_8)));
    byte[] key = hmac(secretKey.getBytes(UTF_8), date.substring(0, 8));
    key = hmac(hmac(hmac(key, "cn-north-1"), "rtc"), "request");
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("X-Date", date);
    headers.put("X-Content-Sha256", hash);
    headers.put(
        "Authorization",
        "HMAC-SHA256 Credential="
            + accessKeyId
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + hex(hmac(key, toSign)));
    return headers;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
