package dev.parley.simulator.signature;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs a canonical request that a test wrote out by hand. */
final class SignatureOracle {

  private SignatureOracle() {}

  static String authorization(
      String canonicalRequest,
      String xDate,
      String accessKeyId,
      String secretKey,
      String signedHeaders) {
    try {
      String day = xDate.substring(0, 8);
      String scope = day + "/cn-north-1/rtc/request";
      String hash =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256").digest(canonicalRequest.getBytes(UTF_8)));
      byte[] key = secretKey.getBytes(UTF_8);
      for (String step : new String[] {day, "cn-north-1", "rtc", "request"}) {
        key = hmac(key, step);
      }
      String signature =
          HexFormat.of().formatHex(hmac(key, "HMAC-SHA256\n" + xDate + "\n" + scope + "\n" + hash));
      return "HMAC-SHA256 Credential="
          + accessKeyId
          + "/"
          + scope
          + ", SignedHeaders="
          + signedHeaders
          + ", Signature="
          + signature;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }
}
