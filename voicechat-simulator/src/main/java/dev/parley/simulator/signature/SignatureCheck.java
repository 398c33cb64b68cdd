package dev.parley.simulator.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.simulator.signature.Verdict.Reason;
import dev.parley.simulator.signature.Verdict.Refused;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies the vendor's HMAC-SHA256 request signature from what came over the wire.
 *
 * <p>Two things are not known of the real gateway and were chosen here: it is content when {@code
 * x-date} alone is among the signed headers (one official SDK signs nothing else), and it refuses
 * an X-Date further than {@code maxSkew} from its own clock.
 */
public final class SignatureCheck {

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "HMAC-SHA256 +Credential=([^/,\\s]+)/(\\d{8})/([^/,\\s]+)/([^/,\\s]+)/request,"
              + " *SignedHeaders=([a-z0-9-]+(?:;[a-z0-9-]+)*), *Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

  private final Map<String, Credentials> credentials = new LinkedHashMap<>();
  private final Set<String> regions;
  private final Duration maxSkew;
  private final Clock clock;

  /** Knows the account's credentials and the regions it answers for. */
  public SignatureCheck(
      Collection<Credentials> credentials, Set<String> regions, Duration maxSkew, Clock clock) {
    credentials.forEach(each -> this.credentials.put(each.accessKeyId(), each));
    this.regions = Set.copyOf(regions);
    this.maxSkew = maxSkew;
    this.clock = clock;
  }

  /** Checks one request; never throws for anything that a caller may send. */
  public Verdict check(HttpCall call) {
    Matcher authorization = AUTHORIZATION.matcher(call.header("authorization"));
    if (!authorization.matches()) {
      return new Refused(
          Reason.AUTHORIZATION,
          "Invalid 'Authorization' header, Pls check your authorization header.");
    }
    String accessKeyId = authorization.group(1);
    String scopeDate = authorization.group(2);
    String region = authorization.group(3);
    String service = authorization.group(4);
    String signedHeaders = authorization.group(5);
    List<String> signedNames = Arrays.asList(signedHeaders.split(";", -1));

    Credentials known = credentials.get(accessKeyId);
    if (known == null) {
      return new Refused(Reason.ACCESS_KEY, "The access key id is not known.");
    }
    String xDate = call.header("x-date");
    Instant signedAt;
    try {
      signedAt = LocalDateTime.parse(xDate, X_DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return new Refused(Reason.DATE, "X-Date must be UTC in the form yyyyMMdd'T'HHmmss'Z'.");
    }
    if (!signedNames.contains("x-date")) {
      return new Refused(Reason.DATE, "X-Date must be among the signed headers.");
    }
    if (Duration.between(signedAt, clock.instant()).abs().compareTo(maxSkew) > 0) {
      return new Refused(Reason.DATE, "X-Date is too far from the time of the server.");
    }
    if (!xDate.startsWith(scopeDate) || !regions.contains(region) || !service.equals("rtc")) {
      return new Refused(
          Reason.SCOPE, "The credential scope must be <date of X-Date>/<region>/rtc/request.");
    }
    if (!securityTokenHolds(known, call, signedNames)) {
      return new Refused(
          Reason.SECURITY_TOKEN, "Invalid secret token, msg: the token does not fit the key.");
    }
    String bodyHash = sha256(call.body());
    if (call.hasHeader("x-content-sha256")
        && !constantTimeEquals(bodyHash, call.header("x-content-sha256"))) {
      return new Refused(Reason.BODY_HASH, "X-Content-Sha256 is not the hash of the body.");
    }
    String canonicalQuery;
    try {
      canonicalQuery = canonicalQuery(call.rawQuery());
    } catch (IllegalArgumentException e) {
      return new Refused(Reason.SIGNATURE, "The query is not percent-encoded correctly.");
    }
    String canonicalRequest =
        String.join(
            "\n",
            call.method(),
            call.path(),
            canonicalQuery,
            canonicalHeaders(call, signedNames),
            signedHeaders,
            bodyHash);
    String scope = String.join("/", scopeDate, region, service, "request");
    String toSign =
        String.join("\n", "HMAC-SHA256", xDate, scope, sha256(canonicalRequest.getBytes(UTF_8)));
    byte[] key = known.secretKey().getBytes(UTF_8);
    for (String step : List.of(scopeDate, region, service, "request")) {
      key = hmac(key, step);
    }
    String expected = HexFormat.of().formatHex(hmac(key, toSign));
    if (!constantTimeEquals(expected, authorization.group(6))) {
      return new Refused(
          Reason.SIGNATURE,
          "The request signature we calculated does not match the signature you provided.");
    }
    return new Verdict.Accepted(accessKeyId, region);
  }

  private static boolean securityTokenHolds(
      Credentials known, HttpCall call, List<String> signedNames) {
    String expected = known.securityToken();
    if (expected == null) {
      return !call.hasHeader("x-security-token");
    }
    return signedNames.contains("x-security-token")
        && constantTimeEquals(expected, call.header("x-security-token"));
  }

  private static String canonicalHeaders(HttpCall call, List<String> signedNames) {
    StringBuilder lines = new StringBuilder();
    signedNames.stream()
        .sorted()
        .forEach(
            name -> {
              String value = call.header(name);
              // The SDKs leave a default port out of the Host that they sign.
              if (name.equals("host")) {
                value = value.replaceFirst(":(80|443)$", "");
              }
              lines.append(name).append(':').append(value).append('\n');
            });
    return lines.toString();
  }

  private static String canonicalQuery(String rawQuery) {
    record Pair(String key, String value) {}
    List<Pair> pairs = new ArrayList<>();
    for (String part : rawQuery.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      pairs.add(new Pair(encode(decode(key)), encode(decode(value))));
    }
    pairs.sort(Comparator.comparing(Pair::key).thenComparing(Pair::value));
    return String.join("&", pairs.stream().map(pair -> pair.key + "=" + pair.value).toList());
  }

  private static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] raw = text.getBytes(UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        if (i + 2 >= raw.length) {
          throw new IllegalArgumentException("cut off percent sign");
        }
        bytes.write(HexFormat.fromHexDigits(new String(raw, i + 1, 2, US_ASCII)));
        i += 2;
      } else {
        bytes.write(raw[i] == '+' ? ' ' : raw[i]);
      }
    }
    return bytes.toByteArray();
  }

  private static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte each : bytes) {
      char c = (char) (each & 0xFF);
      if (UNRESERVED.indexOf(c) >= 0) {
        text.append(c);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    return text.toString();
  }

  private static boolean constantTimeEquals(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
