package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HintsTest {

  @ParameterizedTest
  @CsvSource({
    "cloud_rejected, AccessDenied.ServiceNotEnabled, enable the service in the RTC console",
    "cloud_throttled, FlowLimitExceeded.QPSOverLimit, calls per second are used up",
    "agent_broke, 1003004, Speech recognition failed",
    "agent_broke, 1004007, did not answer with success",
    "agent_broke, 1005001, Speech synthesis failed",
    "cloud_rejected, InvalidParameter.SomethingNew, parameter of the scene is not acceptable",
    "cloud_rejected, SomethingNew, name the RequestId",
    "agent_never_joined, , check the agent's user id",
  })
  void namesWhatCanBeDone(String code, String cloudCode, String expected) {
    // When
    String hint = Hints.of(code, cloudCode, Locale.ENGLISH);

    // Then
    assertThat(hint).contains(expected);
  }

  @Test
  void speaksChinese() {
    // When
    String hint =
        Hints.of("cloud_rejected", "AccessDenied.ServiceNotEnabled", Locale.SIMPLIFIED_CHINESE);

    // Then
    assertThat(hint).isEqualTo("该 AppId 未开通实时对话式 AI，请在 RTC 控制台开通。");
  }

  @Test
  void hasEveryHintInBothLanguages() throws IOException {
    // When
    Properties english = load("hints.properties");
    Properties chinese = load("hints_zh.properties");

    // Then
    assertThat(chinese.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
  }

  private static Properties load(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Objects.requireNonNull(Hints.class.getResourceAsStream(name))) {
      properties.load(file);
    }
    return properties;
  }
}
