package dev.parley.room.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Signs as the vendor's page says; written here again so that it can disagree. */
public final class SignedWebhook {
  private static final String APP = "123456781234567812345678";

  private SignedWebhook() {}

  /** An event with its signature. */
  public static Map<String, String> of(
      String secret, String type, String data, Instant time, String id) throws Exception {
    Map<String, String> event = new LinkedHashMap<>();
    event.put("EventType", type);
    event.put("EventData", data.replace('\'', '"'));
    event.put("EventTime", time.truncatedTo(ChronoUnit.SECONDS).toString());
    event.put("EventId", id);
    event.put("Version", "2020-12-01");
    event.put("AppId", APP);
    event.put("Nonce", "0042");
    String sorted =
        String.join(
            "",
            Stream.concat(event.values().stream(), Stream.of(secret))
                .sorted(
                    (a, b) ->
                        Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)))
                .toList());
    event.put(
        "Signature",
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(sorted.getBytes(StandardCharsets.UTF_8))));
    return event;
  }
}
