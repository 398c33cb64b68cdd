package dev.parley.simulator.callback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.simulator.Vectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookTest {

  static Stream<Arguments> vectors() {
    return Vectors.list("event-callback-vectors.json", "vectors").stream()
        .map(vector -> Arguments.of(vector.path("id").asText(), vector));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void signsAsWritten(String id, JsonNode vector) {
    // Given
    Webhook webhook = webhook(vector.path("event"));
    // When
    String signature = webhook.signature(vector.path("secretKey").asText());
    // Then
    assertThat(signature).isEqualTo(vector.path("expectedSignature").asText());
  }

  @Test
  void sendsEveryFieldAsText() {
    // Given
    JsonNode vector = Vectors.list("event-callback-vectors.json", "vectors").get(0);
    // When // Then
    assertThat(webhook(vector.path("event")).signed(vector.path("secretKey").asText()))
        .containsEntry("EventType", "EventTypeVal")
        .containsEntry("EventData", "EventDataVal")
        .containsEntry("Signature", vector.path("expectedSignature").asText())
        .hasSize(8);
  }

  private static Webhook webhook(JsonNode event) {
    return new Webhook(
        event.path("EventType").asText(),
        event.path("EventData").asText(),
        event.path("EventTime").asText(),
        event.path("EventId").asText(),
        event.path("Version").asText(),
        event.path("AppId").asText(),
        event.path("Nonce").asText());
  }
}
