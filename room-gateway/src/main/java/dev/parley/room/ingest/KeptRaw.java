package dev.parley.room.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.codec.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What of a refused text is kept. Clients send their session JWT over the same socket as their
 * reports, and it must not reach Kafka: only what is an event for certain is kept, and of that no
 * field that is called a token.
 */
final class KeptRaw {
  private static final byte[] NOTHING = {};

  private KeptRaw() {}

  /** Of a text frame; nothing unless it reads as an event. */
  static byte[] ofFrame(String text) {
    try {
      JsonNode json = Json.mapper().readTree(text);
      return json.path("type").asText().equals("event") ? ofEvent(json, text) : NOTHING;
    } catch (JsonProcessingException e) {
      return NOTHING;
    }
  }

  /** Of an event of a batch. */
  static byte[] ofEvent(JsonNode event) {
    return ofEvent(event, event.toString());
  }

  private static byte[] ofEvent(JsonNode event, String text) {
    List<String> tokens = new ArrayList<>();
    event
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.toLowerCase(Locale.ROOT).contains("token")) {
                tokens.add(name);
              }
            });
    if (!tokens.isEmpty() && event.deepCopy() instanceof ObjectNode masked) {
      tokens.forEach(name -> masked.put(name, "****"));
      return masked.toString().getBytes(StandardCharsets.UTF_8);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
