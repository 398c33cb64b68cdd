package dev.parley.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeatherTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"location\":\"Shanghai\"}                           | Shanghai: sunny, 26 degrees",
        "{\"location\":\"How is the weather in Hamburg now?\"} | Hamburg: rainy, 12 degrees",
        "{\"location\":\"Atlantis\"}                           | The weather there is not known.",
        "{\"city\":\"Shanghai\"}                               | The weather there is not known.",
        "{\"location\":                                        | The weather there is not known.",
        "null                                                  | The weather there is not known."
      })
  void answersWhatItKnows(String arguments, String content) {
    // When / Then
    assertThat(Weather.answer(arguments)).isEqualTo(content);
  }
}
