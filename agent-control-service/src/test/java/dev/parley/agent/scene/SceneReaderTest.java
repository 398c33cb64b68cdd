package dev.parley.agent.scene;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneReaderTest {

  private static SceneReader.Result read(String file, String content) {
    return SceneReader.read(file, content.getBytes(UTF_8));
  }

  private static List<String> fatal(String content) {
    return read("test.yaml", content).faults().stream()
        .filter(SceneFault::fatal)
        .map(SceneFault::toString)
        .toList();
  }

  @Test
  void readsJsonAsWellAsYaml() {
    // When
    SceneReader.Result result =
        read("weather.json", "{\"title\":\"Weather\",\"body\":{\"Config\":{}}}");

    // Then
    assertThat(result.faults()).isEmpty();
    assertThat(result.scene().orElseThrow().name()).isEqualTo("weather");
    assertThat(result.scene().get().title()).isEqualTo("Weather");
    assertThat(result.scene().get().participants()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Config: {LLMConfig: {Temperature: 2}} | body.Config.LLMConfig.Temperature: must be a"
            + " number above 0.0 and up to 1.0",
        "Config: {LLMConfig: {Temperature: 0}} | body.Config.LLMConfig.Temperature: must be a"
            + " number above 0.0 and up to 1.0",
        "Config: {LLMConfig: {Mode: Other}} | body.Config.LLMConfig.Mode: must be one of ArkV3,"
            + " CozeBot, CustomLLM",
        "Config: {InterruptMode: true} | body.Config.InterruptMode: must be a whole number from 0"
            + " to 1",
        "Config: {ASRConfig: {VADConfig: {SilenceTime: 100}}} |"
            + " body.Config.ASRConfig.VADConfig.SilenceTime: must be a whole number from 500 to"
            + " 2999",
        "Config: {ASRConfig: {InterruptConfig: {InterruptSpeechDuration: 199}}} |"
            + " body.Config.ASRConfig.InterruptConfig.InterruptSpeechDuration: must be 0 or a whole"
            + " number from 200 to 3000",
        "Config: {ASRConfig: {FarfieldConfig: {Threshold: 128}}} |"
            + " body.Config.ASRConfig.FarfieldConfig.Threshold: must be a number from 0.0 to 127.0",
        "Config: {ASRConfig: {ProviderParams: {context_history_length: 21}}} |"
            + " body.Config.ASRConfig.ProviderParams.context_history_length: must be a whole number"
            + " from 0 to 20",
        "Config: {TTSConfig: {IgnoreBracketText: [1, 6]}} |"
            + " body.Config.TTSConfig.IgnoreBracketText: must be a list of whole numbers from 1 to 5",
        "Config: {TTSConfig: {ProviderParams: {audio: {speech_rate: 101}}}} |"
            + " body.Config.TTSConfig.ProviderParams.audio.speech_rate: must be a number from -50.0"
            + " to 100.0",
        "Config: {LLMConfig: {ThinkingType: never}} | body.Config.LLMConfig.ThinkingType: must be"
            + " one of auto, disabled, enabled",
        "Config: {LLMConfig: {VisionConfig: {SnapshotConfig: {Interval: 99}}}} |"
            + " body.Config.LLMConfig.VisionConfig.SnapshotConfig.Interval: must be a whole number"
            + " from 100 to 5000",
        "Config: {LLMConfig: {VisionConfig: {SnapshotConfig: {ImagesLimit: 51}}}} |"
            + " body.Config.LLMConfig.VisionConfig.SnapshotConfig.ImagesLimit: must be a whole number"
            + " from 0 to 50",
        "Config: {AvatarConfig: {VideoBitrate: 8001}} | body.Config.AvatarConfig.VideoBitrate: must"
            + " be a whole number from 100 to 8000",
        "Config: {}, AgentConfig: {VoicePrint: {VoiceDuration: 34}} |"
            + " body.AgentConfig.VoicePrint.VoiceDuration: must be a number from 4.0 to 33.0",
        "Config: 3 | body.Config: must be an object",
        "Config: {}, AgentConfig: [] | body.AgentConfig: must be an object",
        "Config: {}, TaskId: t | body.TaskId: is set by agent-control; leave it out",
        "Config: {LLMConfig: {APIKey: '${secret:}'}} | body.Config.LLMConfig.APIKey: a secret is"
            + " referred to as ${secret:NAME}",
      })
  void namesTheFileThePathAndTheRuleOfEachFault(String body, String expected) {
    // When
    List<String> faults = fatal("body: {" + body + "}");

    // Then
    assertThat(faults).containsExactly("test.yaml at " + expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ASRConfig",
        "TTSConfig",
        "LLMConfig",
        "SubtitleConfig",
        "AvatarConfig",
        "WebSearchAgentConfig",
        "MemoryConfig",
        "S2SConfig",
        "MusicAgentConfig"
      })
  void refusesWhatIsNoObjectWhereTheCloudWantsOne(String name) {
    // When / Then
    assertThat(fatal("body: {Config: {" + name + ": true}}"))
        .containsExactly("test.yaml at body.Config." + name + ": must be an object");
    assertThat(fatal("body: {Config: {" + name + ": '${secret:X}'}}"))
        .containsExactly("test.yaml at body.Config." + name + ": must be an object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{LLMConfig: {Temperature: 1}}",
        "{ASRConfig: {VolumeGain: 11}}",
        "{ASRConfig: {InterruptConfig: {InterruptSpeechDuration: 0}}}",
        "{TTSConfig: {ProviderParams: {audio: {speed_ratio: 0.2}, vendor_specific: 1}}}",
        "{LLMConfig: {APIKey: '${secret:X}'}}",
      })
  void acceptsWhatIsDocumented(String config) {
    // When
    SceneReader.Result result = read("test.yaml", "body: {Config: " + config + "}");

    // Then
    assertThat(result.faults()).isEmpty();
  }

  @Test
  void refusesKeysThatItDoesNotKnow() {
    // When
    List<String> faults = fatal("particpants: true\nbody: {Config: {}}");

    // Then
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst()).startsWith("test.yaml at particpants: is not a key of a scene");
  }

  @Test
  void refusesToOpenWhatAgentControlSets() {
    // When
    List<String> faults = fatal("overridable: [AgentConfig.UserId, Config.X]\nbody: {Config: {}}");

    // Then
    assertThat(faults)
        .containsExactly(
            "test.yaml at overridable[0]: is set by agent-control and cannot be opened to callers");
  }

  @Test
  void warnsOfUndocumentedFieldsAndLiteralSecrets() {
    // When
    SceneReader.Result result =
        read(
            "test.yaml",
            "body: {Config: {LLMConfg: {}, TTSConfig: {ProviderParams: {app: {token: abc}}}}}");

    // Then
    assertThat(result.scene()).isPresent();
    assertThat(result.faults())
        .extracting(SceneFault::path)
        .containsExactly("body.Config.LLMConfg", "body.Config.TTSConfig.ProviderParams.app.token");
  }

  @Test
  void warnsOfSecretsInUrls() {
    // When
    SceneReader.Result result =
        read(
            "test.yaml",
            "body: {Config: {LLMConfig: {Url: 'https://user:pw1@host/v1', SystemMessages:"
                + " ['see http://host/?token=pw1', 'see http://host/?n=1',"
                + " 'http://host/?token=${secret:T}']}}}");

    // Then
    assertThat(result.scene()).isPresent();
    assertThat(result.faults())
        .extracting(SceneFault::toString)
        .containsExactly(
            "test.yaml at body.Config.LLMConfig.Url: holds a secret: refer to it as ${secret:NAME}",
            "test.yaml at body.Config.LLMConfig.SystemMessages[0]: holds a secret: refer to it as"
                + " ${secret:NAME}");
  }

  @Test
  void warnsOfMisspeltFieldsInside() {
    // When
    SceneReader.Result result =
        read(
            "test.yaml",
            "body: {Config: {LLMConfig: {Temprature: 1, VisionConfig: {Enabled: true}}},"
                + " AgentConfig: {AnSMode: 1}}");

    // Then
    assertThat(result.scene()).isPresent();
    assertThat(result.faults())
        .extracting(SceneFault::path)
        .containsExactly(
            "body.AgentConfig.AnSMode",
            "body.Config.LLMConfig.Temprature",
            "body.Config.LLMConfig.VisionConfig.Enabled");
  }

  @Test
  void saysHowLongTheCloudGoesOnWithoutTheUser() {
    // When / Then
    assertThat(idleTimeout("body: {Config: {}, AgentConfig: {IdleTimeout: 60}}"))
        .contains(Duration.ofSeconds(60));
    assertThat(idleTimeout("body: {Config: {}}")).isEmpty();
  }

  private static Optional<Duration> idleTimeout(String content) {
    return read("test.yaml", content).scene().orElseThrow().idleTimeout();
  }

  @Test
  void quotesNothingOfABrokenFile() {
    // When
    List<String> faults = fatal("body: {Config: {token: sk-very-secret");

    // Then
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst())
        .startsWith("test.yaml: cannot be read")
        .doesNotContain("sk-very-secret");
  }

  @Test
  void agentsWhoseToolsTheGatewayAsksWaitEightSecondsUnlessSaidOtherwise() {
    // When / Then
    assertThat(waiting("body: {Config: {}}")).isNull();
    assertThat(waiting("tools: server\nbody: {Config: {}}"))
        .isEqualTo(new ToolWaiting(Duration.ofSeconds(8), null));
    assertThat(waiting("toolCalls: {deadline: 1500ms, comfort: One moment.}\nbody: {Config: {}}"))
        .isEqualTo(new ToolWaiting(Duration.ofMillis(1500), "One moment."));
  }

  private static @Nullable ToolWaiting waiting(String content) {
    return read("test.yaml", content).scene().orElseThrow().toolWaiting();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{deadline: 2h}   | toolCalls.deadline: must be a duration such as 8s or 1500ms, of 100ms"
            + " to 60s",
        "{deadline: 61s}  | toolCalls.deadline: must be a duration such as 8s or 1500ms, of 100ms"
            + " to 60s",
        "{comfort: ''}    | toolCalls.comfort: must be a text",
        "{patience: 8s}   | toolCalls.patience: is not a key; the keys are comfort, deadline",
        "8s               | toolCalls: must be an object with deadline and comfort",
      })
  void namesWhatIsWrongWithToolCalls(String toolCalls, String expected) {
    // When
    List<String> faults = fatal("toolCalls: " + toolCalls + "\nbody: {Config: {}}");

    // Then
    assertThat(faults).containsExactly("test.yaml at " + expected);
  }
}
