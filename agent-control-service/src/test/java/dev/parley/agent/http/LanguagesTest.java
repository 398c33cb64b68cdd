package dev.parley.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguagesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "zh | zh",
        "zh-CN,zh;q=0.9,en;q=0.8 | zh",
        "en;q=0.5, zh-Hans-CN;q=0.9 | zh",
        "*, zh;q=0.5 | zh",
        "zh;q=0 | en",
        "* | en",
        "zh-CN;q=x | en",
        "zh_CN | en",
        ";;, | en",
        "`` | en"
      })
  void theMostWantedCountsAndWhatCannotBeReadIsEnglish(String accepted, String language) {
    assertThat(Languages.of(accepted).getLanguage()).isEqualTo(language);
  }
}
