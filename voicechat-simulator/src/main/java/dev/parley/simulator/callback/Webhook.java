package dev.parley.simulator.callback;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The envelope of an event callback: all fields are strings, EventData being JSON text.
 *
 * @param eventTime RFC 3339, UTC
 * @param nonce four digits
 */
public record Webhook(
    String eventType,
    String eventData,
    String eventTime,
    String eventId,
    String version,
    String appId,
    String nonce) {

  /**
   * The seven values and the secret, sorted by their UTF-8 bytes and concatenated; SHA-256 of that
   * in lower-case hex. That it is hex is not known for certain.
   */
  public String signature(String secretKey) {
    ByteArrayOutputStream sorted = new ByteArrayOutputStream();
    Stream.of(eventType, eventData, eventTime, eventId, version, appId, nonce, secretKey)
        .map(text -> text.getBytes(UTF_8))
        .sorted(Arrays::compareUnsigned)
        .forEach(sorted::writeBytes);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(sorted.toByteArray());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The envelope as it is sent, signed. */
  public Map<String, String> signed(String secretKey) {
    return Map.ofEntries(
        Map.entry("EventType", eventType),
        Map.entry("EventData", eventData),
        Map.entry("EventTime", eventTime),
        Map.entry("EventId", eventId),
        Map.entry("Version", version),
        Map.entry("AppId", appId),
        Map.entry("Nonce", nonce),
        Map.entry("Signature", signature(secretKey)));
  }
}
