package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SdkEventsTest {
  @Test
  void knowsEveryEventOfTheSdk() throws IOException {
    // Given
    JsonNode file;
    try (InputStream in = SdkEventsTest.class.getResourceAsStream("/vectors/web-sdk-events.json")) {
      file = new ObjectMapper().readTree(Objects.requireNonNull(in));
    }

    // When, Then
    assertThat(file.path("events")).hasSize(89);
    assertThat(file.path("events"))
        .allSatisfy(event -> assertThat(SdkEvents.known(event.path("event").asText())).isTrue());
    assertThat(SdkEvents.known("onPublicStatsException")).isTrue();
    assertThat(SdkEvents.known("onSomethingElse")).isFalse();
  }

  @Test
  void tellsTelemetryFromFacts() {
    // When, Then
    assertThat(SdkEvents.telemetry("onNetworkQuality")).isTrue();
    assertThat(SdkEvents.telemetry("onUserJoined")).isFalse();
  }
}
