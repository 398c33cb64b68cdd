package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.kit.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookSignatureTest {
  static Stream<JsonNode> vectors() throws IOException {
    try (InputStream in =
        WebhookSignatureTest.class.getResourceAsStream("/vectors/event-callback-vectors.json")) {
      return StreamSupport.stream(
          new ObjectMapper().readTree(Objects.requireNonNull(in)).path("vectors").spliterator(),
          false);
    }
  }

  private static List<String> fields(JsonNode vector) {
    return Stream.of("EventType", "EventData", "EventTime", "EventId", "AppId", "Version", "Nonce")
        .map(name -> vector.path("event").path(name).asText())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void makesTheSignatureOfEveryVector(JsonNode vector) {
    // When
    String signature =
        WebhookSignature.of(Secret.of(vector.path("secretKey").asText()), fields(vector));

    // Then
    assertThat(signature).isEqualTo(vector.path("expectedSignature").asText());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void acceptsTheCurrentAndThePreviousSecretAndNoOther(JsonNode vector) {
    // Given
    Secret secret = Secret.of(vector.path("secretKey").asText());
    Secret other = Secret.of("another-secret");
    String signature = vector.path("expectedSignature").asText();

    // When, Then
    assertThat(WebhookSignature.matches(List.of(secret), fields(vector), signature)).isTrue();
    assertThat(WebhookSignature.matches(List.of(other, secret), fields(vector), signature))
        .isTrue();
    assertThat(WebhookSignature.matches(List.of(other), fields(vector), signature)).isFalse();
    assertThat(WebhookSignature.matches(List.of(), fields(vector), signature)).isFalse();
    assertThat(WebhookSignature.matches(List.of(secret), fields(vector), "")).isFalse();
  }
}
