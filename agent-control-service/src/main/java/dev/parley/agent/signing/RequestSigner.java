package dev.parley.agent.signing;

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
 * Signs with HMAC-SHA256. Pure: the same request, credentials and instant give the same headers.
 * Source: the vendor's page on the signature method, checked with vectors made by its SDKs.
 */
public final class RequestSigner {
  private static final String ALGORITHM = "HMAC-SHA256";
  private static final String MAC = "HmacSHA256";
  private static final String TERMINATOR = "request";
  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String region;
  private final String service;

  public RequestSigner(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /**
   * A request that is signed and ready to be sent.
   *
   * @param query the query exactly as it must stand in the request line
   * @param headers every header that must be sent with it, {@code Host} aside
   */
  public record Signed(CanonicalRequest canonical, String query, Map<String, String> headers) {
    public Signed {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * Signs {@code content-type;host;x-content-sha256;x-date}, and {@code x-security-token} with
   * temporary credentials. The bytes of the body must be the bytes that are sent.
   */
  public Signed sign(
      String method,
      String host,
      String path,
      Map<String, String> query,
      String contentType,
      byte[] body,
      Credentials credentials,
      Instant at) {
    String bodySha256 = hex(sha256(body));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", contentType);
    headers.put("X-Content-Sha256", bodySha256);
    headers.put("X-Date", X_DATE.format(at));
    if (credentials.securityToken() != null) {
      headers.put("X-Security-Token", credentials.securityToken().reveal());
    }
    Map<String, String> toSign = new LinkedHashMap<>(headers);
    toSign.put("Host", host);
    CanonicalRequest canonical = CanonicalRequest.of(method, path, query, toSign, bodySha256);
    headers.put("Authorization", authorization(canonical, credentials, at));
    return new Signed(canonical, canonical.query(), headers);
  }

  /** The {@code Authorization} header of a request, whichever headers it signs. */
  public String authorization(CanonicalRequest request, Credentials credentials, Instant at) {
    return ALGORITHM
        + " Credential="
        + credentials.accessKeyId()
        + "/"
        + scope(at)
        + ", SignedHeaders="
        + request.signedHeaders()
        + ", Signature="
        + signature(request, credentials, at);
  }

  /** What the signature is made of. */
  String stringToSign(CanonicalRequest request, Instant at) {
    return String.join(
        "\n", ALGORITHM, X_DATE.format(at), scope(at), hex(sha256(request.text().getBytes(UTF_8))));
  }

  String signature(CanonicalRequest request, Credentials credentials, Instant at) {
    // The bare secret starts the chain: this vendor puts no prefix before it.
    byte[] key = credentials.secretAccessKey().bytes();
    for (String part : new String[] {date(at), region, service, TERMINATOR}) {
      key = hmac(key, part);
    }
    return hex(hmac(key, stringToSign(request, at)));
  }

  private String scope(Instant at) {
    return String.join("/", date(at), region, service, TERMINATOR);
  }

  private static String date(Instant at) {
    return X_DATE.format(at).substring(0, 8);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + MAC, e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
