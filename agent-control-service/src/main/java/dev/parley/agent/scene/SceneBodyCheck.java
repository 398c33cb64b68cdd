package dev.parley.agent.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks type and range of the fields of a start body that are documented. Others pass with a
 * warning at the first level, where a misspelt name costs a whole feature.
 */
final class SceneBodyCheck {

  /** One finding; the path is below the body. */
  record Finding(String path, String reason, boolean fatal) {}

  private sealed interface Rule {
    record Whole(long least, long most) implements Rule {}

    record Real(double least, double most) implements Rule {}

    record OneOf(Set<String> values) implements Rule {}

    record Bool() implements Rule {}

    record Text() implements Rule {}

    record Array() implements Rule {}

    record Tree() implements Rule {}
  }

  private static final Set<String> TOP = Set.of("BusinessId", "Config", "AgentConfig");

  private static final Set<String> CONFIG =
      Set.of(
          "ASRConfig",
          "TTSConfig",
          "LLMConfig",
          "SubtitleConfig",
          "FunctionCallingConfig",
          "InterruptMode",
          "AvatarConfig",
          "WebSearchAgentConfig",
          "MemoryConfig",
          "S2SConfig",
          "MusicAgentConfig");

  private static final Map<String, Rule> RULES = new TreeMap<>();

  static {
    RULES.put("BusinessId", new Rule.Text());
    RULES.put("AgentConfig.WelcomeMessage", new Rule.Text());
    RULES.put("AgentConfig.IdleTimeout", new Rule.Whole(1, Integer.MAX_VALUE));
    RULES.put("AgentConfig.UseLicense", new Rule.Bool());
    RULES.put("AgentConfig.AnsMode", new Rule.Whole(0, 3));
    RULES.put("AgentConfig.Burst.Enable", new Rule.Bool());
    RULES.put("AgentConfig.Burst.BufferSize", new Rule.Whole(10, 3_600_000));
    RULES.put("AgentConfig.Burst.Interval", new Rule.Whole(10, 600));
    RULES.put("Config.InterruptMode", new Rule.Whole(0, 1));
    RULES.put("Config.ASRConfig", new Rule.Tree());
    RULES.put("Config.ASRConfig.Provider", new Rule.OneOf(Set.of("volcano", "ai_gateway")));
    RULES.put("Config.ASRConfig.ProviderParams", new Rule.Tree());
    RULES.put("Config.ASRConfig.VADConfig.SilenceTime", new Rule.Whole(500, 2999));
    RULES.put("Config.ASRConfig.VolumeGain", new Rule.Real(0, 10));
    RULES.put("Config.ASRConfig.TurnDetectionMode", new Rule.Whole(0, 1));
    RULES.put("Config.TTSConfig", new Rule.Tree());
    RULES.put(
        "Config.TTSConfig.Provider",
        new Rule.OneOf(Set.of("volcano", "volcano_bidirection", "minimax", "ai_gateway")));
    RULES.put("Config.TTSConfig.ProviderParams", new Rule.Tree());
    RULES.put("Config.TTSConfig.IgnoreBracketText", new Rule.Array());
    RULES.put("Config.LLMConfig", new Rule.Tree());
    RULES.put("Config.LLMConfig.Mode", new Rule.OneOf(Set.of("ArkV3", "CozeBot", "CustomLLM")));
    RULES.put("Config.LLMConfig.Temperature", new Rule.Real(0, 1));
    RULES.put("Config.LLMConfig.TopP", new Rule.Real(0, 1));
    RULES.put("Config.LLMConfig.MaxTokens", new Rule.Whole(1, Integer.MAX_VALUE));
    RULES.put("Config.LLMConfig.HistoryLength", new Rule.Whole(0, Integer.MAX_VALUE));
    RULES.put("Config.LLMConfig.SystemMessages", new Rule.Array());
    RULES.put("Config.LLMConfig.UserPrompts", new Rule.Array());
    RULES.put("Config.LLMConfig.Tools", new Rule.Array());
    RULES.put("Config.LLMConfig.EnableParallelToolCalls", new Rule.Bool());
    RULES.put("Config.SubtitleConfig.DisableRTSSubtitle", new Rule.Bool());
    RULES.put("Config.SubtitleConfig.SubtitleMode", new Rule.Whole(0, 1));
  }

  private SceneBodyCheck() {}

  static List<Finding> check(ObjectNode body, @Nullable String version) {
    List<Finding> findings = values(body);
    unknown(body, "", TOP, findings);
    unknown(body.path("Config"), "Config.", CONFIG, findings);
    SecretReferences.malformed(body)
        .forEach(
            path ->
                findings.add(new Finding(path, "a secret is referred to as ${secret:NAME}", true)));
    SecretFields.literals(body)
        .forEach(
            path ->
                findings.add(
                    new Finding(path, "is a secret: refer to it as ${secret:NAME}", false)));
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
          JsonNode value = overrides.at("/" + path.replace('.', '/'));
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
    if (!body.path("AgentConfig").isMissingNode() && !body.path("AgentConfig").isObject()) {
      findings.add(new Finding("AgentConfig", "must be an object", true));
    }
    RULES.forEach(
        (path, rule) -> {
          JsonNode value = body.at("/" + path.replace('.', '/'));
          String wrong = value.isMissingNode() || isReference(value) ? null : wrong(rule, value);
          if (wrong != null) {
            findings.add(new Finding(path, wrong, true));
          }
        });
    return findings;
  }

  private static boolean isReference(JsonNode value) {
    return value.isTextual() && value.asText().startsWith("${secret:");
  }

  private static void unknown(
      JsonNode object, String prefix, Set<String> known, List<Finding> findings) {
    object
        .properties()
        .forEach(
            field -> {
              if (!known.contains(field.getKey())) {
                findings.add(
                    new Finding(prefix + field.getKey(), "is not a documented field", false));
              }
            });
  }

  private static @Nullable String wrong(Rule rule, JsonNode value) {
    return switch (rule) {
      case Rule.Whole whole ->
          value.isIntegralNumber()
                  && value.asLong() >= whole.least()
                  && value.asLong() <= whole.most()
              ? null
              : "must be a whole number from " + whole.least() + " to " + whole.most();
      case Rule.Real real ->
          value.isNumber() && value.asDouble() >= real.least() && value.asDouble() <= real.most()
              ? null
              : "must be a number from " + real.least() + " to " + real.most();
      case Rule.OneOf oneOf ->
          value.isTextual() && oneOf.values().contains(value.asText())
              ? null
              : "must be one of " + String.join(", ", oneOf.values().stream().sorted().toList());
      case Rule.Bool bool -> value.isBoolean() ? null : "must be true or false";
      case Rule.Text text -> value.isTextual() ? null : "must be a text";
      case Rule.Array array -> value.isArray() ? null : "must be a list";
      case Rule.Tree tree -> value.isObject() ? null : "must be an object";
    };
  }
}
