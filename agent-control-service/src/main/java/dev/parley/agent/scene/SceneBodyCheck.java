package dev.parley.agent.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks type and range of the fields of a start body that are documented. Others pass with a
 * warning, wherever the fields of an object are documented: a misspelt name costs a whole feature.
 * What belongs to a provider is not looked into beyond that.
 */
final class SceneBodyCheck {

  /** One finding; the path is below the body. */
  record Finding(String path, String reason, boolean fatal) {}

  private sealed interface Rule {
    record Whole(long least, long most) implements Rule {}

    /** 0 turns it off. */
    record ZeroOrWhole(long least, long most) implements Rule {}

    record Real(double least, double most) implements Rule {}

    /** More than nothing. */
    record Above(double limit, double most) implements Rule {}

    /** A number of which no range is documented. */
    record Numeric() implements Rule {}

    record OneOf(Set<String> values) implements Rule {}

    record Bool() implements Rule {}

    record Text() implements Rule {}

    record Array() implements Rule {}

    record Wholes(long least, long most) implements Rule {}

    record Tree() implements Rule {}

    /** Documented, but not of which type. */
    record Any() implements Rule {}
  }

  private static final Rule BOOL = new Rule.Bool();
  private static final Rule TEXT = new Rule.Text();
  private static final Rule ARRAY = new Rule.Array();
  private static final Rule TREE = new Rule.Tree();
  private static final Rule ANY = new Rule.Any();
  private static final Rule COUNT = new Rule.Whole(0, Integer.MAX_VALUE);

  private static final Map<String, Rule> RULES = new TreeMap<>();

  /** Objects whose fields are documented, and those fields. */
  private static final Map<String, Set<String>> FIELDS = new TreeMap<>();

  /** An object of the body whose fields are being listed. */
  private record Listed(String path) {
    Listed field(String name, Rule rule) {
      RULES.put(below(name), rule);
      FIELDS.computeIfAbsent(path, object -> new TreeSet<>()).add(name);
      return this;
    }

    Listed fields(Rule rule, String... names) {
      for (String name : names) {
        Listed unused = field(name, rule);
      }
      return this;
    }

    Listed object(String name) {
      Listed unused = field(name, TREE);
      return new Listed(below(name));
    }

    private String below(String name) {
      return path.isEmpty() ? name : path + "." + name;
    }
  }

  static {
    Listed body = new Listed("").fields(ANY, "AppId", "RoomId", "TaskId");
    Listed unused = body.field("BusinessId", TEXT);
    agent(body.object("AgentConfig"));
    Listed config = body.object("Config").field("InterruptMode", new Rule.Whole(0, 1));
    speechRecognition(config.object("ASRConfig"));
    speechSynthesis(config.object("TTSConfig"));
    model(config.object("LLMConfig"));
    others(config);
  }

  private static void agent(Listed agent) {
    Listed unused =
        agent
            .fields(ANY, "TargetUserId", "UserId", "EnableConversationStateCallback")
            .fields(ANY, "ServerMessageURLForRTS", "ServerMessageSignatureForRTS")
            .field("WelcomeMessage", TEXT)
            .field("UseLicense", BOOL)
            .field("IdleTimeout", new Rule.Whole(1, Integer.MAX_VALUE))
            .field("AnsMode", new Rule.Whole(0, 3));
    unused =
        agent
            .object("Burst")
            .field("Enable", BOOL)
            .field("BufferSize", new Rule.Whole(10, 3_600_000))
            .field("Interval", new Rule.Whole(10, 600));
    unused =
        agent
            .object("VoicePrint")
            .field("Mode", new Rule.Whole(0, 2))
            .field("IdList", ARRAY)
            .field("VoiceDuration", new Rule.Real(4, 33))
            .field("EnableSV", BOOL)
            .field("Score", ANY);
  }

  private static void speechRecognition(Listed asr) {
    Listed unused =
        asr.field("Provider", new Rule.OneOf(Set.of("volcano", "ai_gateway")))
            .field("ProviderParams", TREE)
            .field("VolumeGain", new Rule.Numeric())
            .field("TurnDetectionMode", new Rule.Whole(0, 1))
            .field("ExpireTime", COUNT);
    provider(
        asr,
        Map.of(
            "Mode", new Rule.OneOf(Set.of("bigmodel", "smallmodel")),
            "StreamMode", new Rule.Whole(0, 2),
            "context_history_length", new Rule.Whole(0, 20)));
    unused =
        asr.object("VADConfig")
            .field("SilenceTime", new Rule.Whole(500, 2999))
            .field("ForceBeginThreshold", new Rule.Real(0, 1000))
            .fields(ANY, "AIVAD", "ForceEnd");
    unused =
        asr.object("InterruptConfig")
            .field("InterruptSpeechDuration", new Rule.ZeroOrWhole(200, 3000))
            .field("InterruptKeywords", ARRAY);
    unused =
        asr.object("FarfieldConfig")
            .field("Enable", BOOL)
            .field("Threshold", new Rule.Real(0, 127))
            .fields(ANY, "Level", "FixedSource");
  }

  private static void speechSynthesis(Listed tts) {
    Listed unused =
        tts.field(
                "Provider",
                new Rule.OneOf(Set.of("volcano", "volcano_bidirection", "minimax", "ai_gateway")))
            .field("ProviderParams", TREE)
            .field("IgnoreBracketText", new Rule.Wholes(1, 5))
            .field("Prefill", BOOL);
    provider(
        tts,
        Map.of(
            "audio.speech_rate",
            new Rule.Real(-50, 100),
            "audio.speed_ratio",
            new Rule.Real(0.2, 3)));
    unused = tts.object("Context").fields(ANY, "TagParse", "QuoteUserQuestion");
  }

  private static void model(Listed llm) {
    Listed unused =
        llm.field("Mode", new Rule.OneOf(Set.of("ArkV3", "CozeBot", "CustomLLM")))
            .fields(TEXT, "EndPointId", "BotId", "ModelName", "Url", "APIKey", "Feature")
            .field("Temperature", new Rule.Above(0, 1))
            .field("TopP", new Rule.Real(0, 1))
            .field("MaxTokens", new Rule.Whole(1, Integer.MAX_VALUE))
            .field("HistoryLength", COUNT)
            .fields(ARRAY, "SystemMessages", "UserPrompts", "Tools", "MCP")
            .fields(BOOL, "EnableParallelToolCalls", "Prefill", "EnableRoundId")
            .field("ThinkingType", new Rule.OneOf(Set.of("disabled", "enabled", "auto")))
            .fields(ANY, "Custom", "ExtraHeader");
    Listed vision = llm.object("VisionConfig").field("Enable", BOOL).field("StorageConfig", TREE);
    unused =
        vision
            .object("SnapshotConfig")
            .field("StreamType", new Rule.Whole(0, 1))
            .field("Interval", new Rule.Whole(100, 5000))
            .field("ImagesLimit", new Rule.Whole(0, 50))
            .fields(ANY, "ImageDetail", "Height", "AutoSelect");
    unused =
        llm.object("CozeBotConfig")
            .fields(TEXT, "Url", "BotId", "APIKey", "UserId")
            .field("HistoryLength", COUNT)
            .fields(BOOL, "Prefill", "EnableConversation")
            .fields(ANY, "CustomVariables", "MetaData", "Parameters", "ResponseTimeout");
  }

  private static void others(Listed config) {
    Listed unused =
        config
            .object("SubtitleConfig")
            .field("DisableRTSSubtitle", BOOL)
            .field("SubtitleMode", new Rule.Whole(0, 1))
            .fields(ANY, "ServerMessageUrl", "ServerMessageSignature");
    unused =
        config
            .object("FunctionCallingConfig")
            .fields(ANY, "ServerMessageUrl", "ServerMessageSignature");
    unused =
        config
            .object("AvatarConfig")
            .field("Enabled", BOOL)
            .fields(TEXT, "AvatarAppID", "AvatarToken", "AvatarType", "AvatarRole")
            .fields(TEXT, "AvatarUserID", "BackgroundUrl")
            .field("VideoBitrate", new Rule.Whole(100, 8000));
    unused =
        config
            .object("WebSearchAgentConfig")
            .fields(BOOL, "Enable", "DisableImageSearch")
            .fields(TEXT, "APIKey", "ParamsString", "FunctionName", "FunctionDescription")
            .field("ComfortWords", ANY);
    unused =
        config
            .object("MemoryConfig")
            .field("Enable", BOOL)
            .field("Provider", new Rule.OneOf(Set.of("volc")))
            .field("ProviderParams", TREE)
            .field("Score", ANY);
    unused =
        config
            .object("S2SConfig")
            .field("Provider", new Rule.OneOf(Set.of("volcano")))
            .field("OutputMode", new Rule.Whole(0, 1))
            .field("ProviderParams", TREE);
    unused = config.object("MusicAgentConfig").field("Enable", BOOL);
  }

  // Other fields of a provider are its own, and pass.
  private static void provider(Listed of, Map<String, Rule> rules) {
    rules.forEach((field, rule) -> RULES.put(of.path() + ".ProviderParams." + field, rule));
  }

  private SceneBodyCheck() {}

  static List<Finding> check(ObjectNode body, @Nullable String version) {
    List<Finding> findings = values(body);
    FIELDS.forEach((object, fields) -> unknown(body, object, fields, findings));
    SecretReferences.malformed(body)
        .forEach(
            path ->
                findings.add(new Finding(path, "a secret is referred to as ${secret:NAME}", true)));
    SecretFields.literals(body)
        .forEach(
            path ->
                findings.add(
                    new Finding(path, "holds a secret: refer to it as ${secret:NAME}", false)));
    if ("2025-06-01".equals(version) && !body.at("/Config/LLMConfig/EndPointId").isMissingNode()) {
      findings.add(
          new Finding(
              "Config.LLMConfig.EndPointId", "is named ModelName in version 2025-06-01", false));
    }
    return findings;
  }

  /**
   * Type and range of the documented fields of a scene's body with what a caller replaces in it.
   */
  static List<Finding> overridden(ObjectNode merged, ObjectNode overrides) {
    List<Finding> findings = values(merged);
    // A caller's references are not resolved: they are texts.
    RULES.forEach(
        (path, rule) -> {
          JsonNode value = at(overrides, path);
          String wrong = isReference(value) ? wrong(rule, value) : null;
          if (wrong != null) {
            findings.add(new Finding(path, wrong, true));
          }
        });
    return findings;
  }

  private static List<Finding> values(ObjectNode body) {
    List<Finding> findings = new ArrayList<>();
    if (!body.path("Config").isObject()) {
      findings.add(new Finding("Config", "must be an object", true));
    }
    RULES.forEach(
        (path, rule) -> {
          JsonNode value = at(body, path);
          String wrong =
              value.isMissingNode() || (isReference(value) && mayBeText(rule))
                  ? null
                  : wrong(rule, value);
          if (wrong != null && !path.equals("Config")) {
            findings.add(new Finding(path, wrong, true));
          }
        });
    return findings;
  }

  private static JsonNode at(JsonNode body, String path) {
    return path.isEmpty() ? body : body.at("/" + path.replace('.', '/'));
  }

  // A secret is a text: it takes no other value's place.
  private static boolean mayBeText(Rule rule) {
    return rule instanceof Rule.Text || rule instanceof Rule.OneOf;
  }

  private static boolean isReference(JsonNode value) {
    return value.isTextual() && value.asText().startsWith("${secret:");
  }

  private static void unknown(
      ObjectNode body, String object, Set<String> known, List<Finding> findings) {
    at(body, object)
        .properties()
        .forEach(
            field -> {
              if (!known.contains(field.getKey())) {
                findings.add(
                    new Finding(
                        object.isEmpty() ? field.getKey() : object + "." + field.getKey(),
                        "is not a documented field",
                        false));
              }
            });
  }

  private static @Nullable String wrong(Rule rule, JsonNode value) {
    return switch (rule) {
      case Rule.Whole whole ->
          whole(value, whole.least(), whole.most())
              ? null
              : "must be a whole number from " + whole.least() + " to " + whole.most();
      case Rule.ZeroOrWhole whole ->
          whole(value, 0, 0) || whole(value, whole.least(), whole.most())
              ? null
              : "must be 0 or a whole number from " + whole.least() + " to " + whole.most();
      case Rule.Real real ->
          value.isNumber() && value.asDouble() >= real.least() && value.asDouble() <= real.most()
              ? null
              : "must be a number from " + real.least() + " to " + real.most();
      case Rule.Above above ->
          value.isNumber() && value.asDouble() > above.limit() && value.asDouble() <= above.most()
              ? null
              : "must be a number above " + above.limit() + " and up to " + above.most();
      case Rule.Numeric numeric -> value.isNumber() ? null : "must be a number";
      case Rule.OneOf oneOf ->
          value.isTextual() && oneOf.values().contains(value.asText())
              ? null
              : "must be one of " + String.join(", ", oneOf.values().stream().sorted().toList());
      case Rule.Bool bool -> value.isBoolean() ? null : "must be true or false";
      case Rule.Text text -> value.isTextual() ? null : "must be a text";
      case Rule.Array array -> value.isArray() ? null : "must be a list";
      case Rule.Wholes wholes ->
          wholes(value, wholes.least(), wholes.most())
              ? null
              : "must be a list of whole numbers from " + wholes.least() + " to " + wholes.most();
      case Rule.Tree tree -> value.isObject() ? null : "must be an object";
      case Rule.Any any -> null;
    };
  }

  private static boolean wholes(JsonNode list, long least, long most) {
    for (JsonNode each : list) {
      if (!whole(each, least, most)) {
        return false;
      }
    }
    return list.isArray();
  }

  private static boolean whole(JsonNode value, long least, long most) {
    return value.isIntegralNumber() && value.asLong() >= least && value.asLong() <= most;
  }
}
