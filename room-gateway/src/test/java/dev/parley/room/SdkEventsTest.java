package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SdkEventsTest {
  private static JsonNode events() throws IOException {
    try (InputStream in = SdkEventsTest.class.getResourceAsStream("/vectors/web-sdk-events.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in)).path("events");
    }
  }

  @Test
  void knowsEveryEventOfTheSdk() throws IOException {
    // When, Then
    assertThat(events()).hasSize(89);
    assertThat(events())
        .allSatisfy(event -> assertThat(SdkEvents.known(event.path("event").asText())).isTrue());
    assertThat(SdkEvents.known("onPublicStatsException")).isTrue();
    assertThat(SdkEvents.known("onSomethingElse")).isFalse();
  }

  @Test
  void qualityLevelsAndStatisticsAreTelemetryAndNothingElse() throws IOException {
    // Given
    Pattern measured =
        Pattern.compile("Stats|NetworkQuality|AudioProperties|Volume|ActiveSpeaker|JitterBuffer");

    // When, Then
    assertThat(events())
        .allSatisfy(
            event -> {
              String name = event.path("event").asText();
              assertThat(SdkEvents.telemetry(name)).isEqualTo(measured.matcher(name).find());
            });
    assertThat(SdkEvents.telemetry("onPublicStatsException")).isTrue();
    assertThat(SdkEvents.telemetry("onSomethingStats")).isFalse();
  }
}
