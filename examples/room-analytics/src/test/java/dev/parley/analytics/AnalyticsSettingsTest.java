package dev.parley.analytics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnalyticsSettingsTest {
  private static AnalyticsSettings with(Duration grace, Duration updateEvery, Duration idleAfter) {
    return new AnalyticsSettings(
        "localhost:9092", "job", Path.of("state"), grace, updateEvery, idleAfter, Map.of());
  }

  @Test
  void saysWhichDurationIsTooShort() {
    Duration minute = Duration.ofMinutes(1);
    assertThatThrownBy(() -> with(Duration.ofMillis(-1), minute, minute))
        .hasMessage("grace must be at least PT0S, is PT-0.001S");
    assertThatThrownBy(() -> with(minute, Duration.ZERO, minute))
        .hasMessage("updateEvery must be at least PT0.01S, is PT0S");
    assertThatThrownBy(() -> with(minute, minute, Duration.ZERO))
        .hasMessage("idleAfter must be at least PT1S, is PT0S");
  }
}
