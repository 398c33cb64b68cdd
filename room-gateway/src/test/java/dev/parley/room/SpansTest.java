package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpansTest {
  @ParameterizedTest
  @CsvSource({
    "PT744H, 31 days",
    "PT24H, 24 h",
    "PT25H, 25 h",
    "PT6H, 6 h",
    "PT1H30M, 90 min",
    "PT1M1S, 61 s",
    "PT0.25S, 250 ms"
  })
  void saysSpansAsPeopleDo(Duration span, String words) {
    assertThat(Spans.words(span)).isEqualTo(words);
  }
}
