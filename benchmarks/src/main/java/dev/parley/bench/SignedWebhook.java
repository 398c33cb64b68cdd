package dev.parley.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.client.Api;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** An event callback as the cloud sends it, signed by the vendor's written algorithm. */
final class SignedWebhook {
  private SignedWebhook() {}

  /** The body of one that says that a user joined. */
  static String userJoined(
      String secret, String appId, String roomId, String userId, Instant time) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("EventType", "UserJoinRoom");
    fields.put(
        "EventData",
        Api.object()
            .put("RoomId", roomId)
            .put("UserId", userId)
            .put("DeviceType", "web")
            .put("Timestamp", time.toEpochMilli())
            .toString());
    fields.put("EventTime", time.truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("EventId", "bench-" + time.toEpochMilli());
    fields.put("Version", "2020-12-01");
    fields.put("AppId", appId);
    fields.put("Nonce", "4711");
    ObjectNode body = Api.object();
    fields.forEach(body::put);
    return body.put("Signature", signature(secret, fields)).toString();
  }

  private static String signature(String secret, Map<String, String> fields) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Stream.concat(fields.values().stream(), Stream.of(secret))
          .map(field -> field.getBytes(StandardCharsets.UTF_8))
          .sorted(Arrays::compareUnsigned)
          .forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
