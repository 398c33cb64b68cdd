package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Failure;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1003001 | quota exceeded for types: concurrency | (ASR) is used up | （ASR）的配额已用尽",
        "1004001 | Quota exceeded for types [x] | language model is used up | 大模型的配额已用尽",
        "1005001 | quota exceeded for types: lifetime | (TTS) is used up | （TTS）的配额已用尽",
        "1006001 | quota exceeded for types: y | avatar is used up | 数字人的配额已用尽",
        "1000001 | quota exceeded for types: y | cloud account is used up | 云端账号的配额已用尽",
        "1003004 | requested resource not granted | (ASR) is not enabled | （ASR）未对场景中的 AppId 开通",
        "1004002 | requested resource not granted | language model is not enabled | 未开通大模型",
        "1005003 | requested resource not granted | (TTS) or the voice is not enabled | 音色未对",
        "1006002 | requested resource not granted | avatar is not enabled | 数字人未对其 AppId 开通",
        "Forbidden | The service is not enabled for this AppId | enable it in the console | 请在控制台开通",
        "Forbidden | Quota exceeded | quota of the cloud account | 云端账号的配额已用尽",
      })
  void aSentenceSaysMoreThanANumber(
      String cloudCode, String sentence, String english, String chinese) {
    // When
    String hint = Hints.of("agent_broke", cloudCode, sentence, Locale.ENGLISH);
    Failure written = new Failure("agent_broke", "It broke.", hint, cloudCode, null);

    // Then
    assertThat(hint).contains(english);
    assertThat(Hints.of(written, Locale.ENGLISH)).isEqualTo(hint);
    assertThat(Hints.of(written, Locale.CHINESE)).contains(chinese);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AccessDenied.ServiceNotEnabled | service not enabled | in the RTC console",
        "FlowLimitExceeded.QPSOverLimit | QPS over limit | calls per second are used up",
        "1003001 | connection reset | Speech recognition failed",
      })
  void aCodeThatSaysEnoughIsNotTalkedOver(String cloudCode, String sentence, String hint) {
    // When / Then
    assertThat(Hints.of("cloud_rejected", cloudCode, sentence, Locale.ENGLISH)).contains(hint);
  }

  @Test
  void aFailureThatWasWrittenByAnotherVersionIsExplainedByItsCodes() {
    // Given
    Failure written = new Failure("agent_broke", "It broke.", "Old words.", "1004007", null);

    // When / Then
    assertThat(Hints.of(written, Locale.ENGLISH)).contains("did not answer with success");
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
