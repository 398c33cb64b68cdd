package dev.parley.room.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.room.config.RoomConfig.Reducer.Guarantee;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RoomConfigTest {
  static RoomConfig config(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RoomConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 100))
        .build()
        .getConfigMapping(RoomConfig.class);
  }

  @Test
  void hasDefaultsForEverythingButTheApplications() {
    // When
    RoomConfig config = config(Map.of());

    // Then
    assertThat(config.apps()).isEmpty();
    assertThat(config.roles().ingest()).isTrue();
    assertThat(config.roles().reducer()).isTrue();
    assertThat(config.roles().push()).isTrue();
    assertThat(config.relay().helloTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.relay().maxUnacknowledged()).isEqualTo(256);
    assertThat(config.callbacks().answerWithin()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.push().positionKey()).isEmpty();
    assertThat(config.push().helloTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.push().expiryNotice()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.push().maxTimelineReads()).isEqualTo(8);
    assertThat(config.push().maxTimelineReadsOfSession()).isEqualTo(2);
    assertThat(config.push().maxResumeReadsOfSession()).isEqualTo(1);
    assertThat(config.callbacks().replayWindow()).isEqualTo(Duration.ofHours(1));
    assertThat(config.reducer().guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE_V2);
    assertThat(config.reducer().commitInterval()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.reducer().reconnectGrace()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.push().maxPage()).isEqualTo(1000);
  }

  @Test
  void takesWhatIsSetAndPrintsNoSecret() {
    // When
    RoomConfig config =
        config(
            Map.of(
                "parley.room.apps.default.app-id", "123456781234567812345678",
                "parley.room.apps.default.webhook-secret", "whisper",
                "parley.room.push.position-key", "murmur",
                "parley.room.reducer.guarantee", "at-least-once",
                "parley.room.roles.reducer", "false"));

    // Then
    RoomConfig.App app = Objects.requireNonNull(config.apps().get("default"));
    assertThat(app.appId()).isEqualTo("123456781234567812345678");
    assertThat(app.webhookSecret().orElseThrow().reveal()).isEqualTo("whisper");
    assertThat(app.webhookSecret()).hasToString("Optional[****]");
    assertThat(config.push().positionKey().orElseThrow().reveal()).isEqualTo("murmur");
    assertThat(config.push().positionKey()).hasToString("Optional[****]");
    assertThat(config.reducer().guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
    assertThat(config.roles().reducer()).isFalse();
  }
}
