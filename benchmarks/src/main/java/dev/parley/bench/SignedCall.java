package dev.parley.bench;

import java.nio.charset.StandardCharsets;
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
 * Headers of a signed OpenAPI call, by the vendor's written algorithm: what any program would have
 * to do that calls the cloud by itself.
 */
final class SignedCall {
  /** Path and query of a start. */
  static final String START = "/?Action=StartVoiceChat&Version=2024-12-01";

  private static final String QUERY = "Action=StartVoiceChat&Version=2024-12-01";
  private static final String SIGNED = "content-type;host;x-content-sha256;x-date";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SignedCall() {}

  static Map<String, String> headers(
      String accessKeyId, String secretKey, String host, byte[] body, Instant now) {
    String date = DATE.format(now);
    String day = date.substring(0, 8);
    String bodyHash = sha256(body);
    String canonical =
        String.join(
            "\n",
            "POST",
            "/",
            QUERY,
            "content-type:application/json",
            "host:" + host,
            "x-content-sha256:" + bodyHash,
            "x-date:" + date,
            "",
            SIGNED,
            bodyHash);
    String scope = day + "/cn-north-1/rtc/request";
    String toSign =
        String.join(
            "\n", "HMAC-SHA256", date, scope, sha256(canonical.getBytes(StandardCharsets.UTF_8)));
    byte[] key = secretKey.getBytes(StandardCharsets.UTF_8);
    for (String part : new String[] {day, "cn-north-1", "rtc", "request"}) {
      key = hmac(key, part);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Host", host);
    headers.put("X-Date", date);
    headers.put("X-Content-Sha256", bodyHash);
    headers.put(
        "Authorization",
        "HMAC-SHA256 Credential="
            + accessKeyId
            + "/"
            + scope
            + ", SignedHeaders="
            + SIGNED
            + ", Signature="
            + HexFormat.of().formatHex(hmac(key, toSign)));
    return headers;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
