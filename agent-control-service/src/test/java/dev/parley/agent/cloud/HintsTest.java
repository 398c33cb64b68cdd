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
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "InvalidParameter",
        "InvalidParameter.TaskAlreadyExists",
        "InvalidParameter.ErrorActiveTaskNotFound",
        "InvalidParameter.IllegalRoomID",
        "InvalidParameter.BodyIsEmpty",
        "InvalidParameter.Unmarshal",
        "MissingParameter.NoAppId",
        "MissingParameter.NoRoomId",
        "MissingParameter.NoUserId",
        "MissingParameter.NoToken",
        "AccessDenied.ServiceNotEnabled",
        "AccessDenied.NoPermissionForApp",
        "Unauthorized",
        "FlowLimitExceeded.QPSOverLimit",
        "UnknownAction",
        "UnknownVersion",
        "InternalError.ReachRateLimit",
        "InternalError.Parallel",
        "InternalError.RPC",
        "InternalError.Unknown",
        "SignatureDoesNotMatch",
        "InvalidAccessKey",
        "1000001",
        "1000002",
        "1003001",
        "1003002",
        "1003003",
        "1003004",
        "1003005",
        "1003006",
        "1004001",
        "1004002",
        "1004003",
        "1004004",
        "1004005",
        "1004006",
        "1004007",
        "1004008",
        "1004009",
        "1004010",
        "1005001",
        "1005002",
        "1005003",
        "1005004",
        "1005005",
        "1006001",
        "1006002",
      })
  void hasAHintOfItsOwnForEveryCodeOfTheCloud(String cloudCode) {
    // When
    String english = Hints.of("cloud_rejected", cloudCode, Locale.ENGLISH);
    String chinese = Hints.of("cloud_rejected", cloudCode, Locale.CHINESE);

    // Then
    assertThat(english)
        .isNotEqualTo(Hints.of("cloud_rejected", null, Locale.ENGLISH))
        .isNotEqualTo(Hints.of("unknown", null, Locale.ENGLISH));
    assertThat(chinese)
        .matches(".*\\p{IsHan}.*")
        .isNotEqualTo(Hints.of("cloud_rejected", null, Locale.CHINESE))
        .isNotEqualTo(Hints.of("unknown", null, Locale.CHINESE));
  }

  @ParameterizedTest
  @CsvSource({
    "1004006, address for function calls, 函数调用地址",
    "1004007, address for function calls, 函数调用地址",
    "1004008, comfort words, 安抚语",
    "1004009, MCP, MCP",
    "1004010, MCP, MCP",
  })
  void doesNotBlameTheModelForWhatItCalls(String cloudCode, String english, String chinese) {
    // When / Then
    assertThat(Hints.of("agent_broke", cloudCode, Locale.ENGLISH)).contains(english);
    assertThat(Hints.of("agent_broke", cloudCode, Locale.CHINESE)).contains(chinese);
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
