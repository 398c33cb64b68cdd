package dev.parley.agent.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.parley.agent.scene.Scene.Tools;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a scene file, JSON or YAML, and says with its path everything that is wrong with it. */
final class SceneReader {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "title",
          "participants",
          "version",
          "tools",
          "subtitleCallback",
          "toolCalls",
          "overridable",
          "body");
  private static final Set<String> TOOL_KEYS = Set.of("deadline", "comfort");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s)");
  private static final Set<String> VERSIONS = Set.of("2024-12-01", "2025-06-01");

  private static final ObjectMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String file;
  private final List<SceneFault> faults = new ArrayList<>();

  private SceneReader(String file) {
    this.file = file;
  }

  /**
   * What came of a file.
   *
   * @param scene empty when a fault is fatal
   */
  record Result(Optional<Scene> scene, List<SceneFault> faults) {
    Result {
      faults = List.copyOf(faults);
    }
  }

  static Result read(String file, byte[] content) {
    return new SceneReader(file).read(content);
  }

  private Result read(byte[] content) {
    JsonNode tree;
    try {
      tree = (file.endsWith(".json") ? JSON : YAML).readTree(content);
    } catch (JsonProcessingException e) {
      // Never the parser's message: it quotes the file, and the file may hold a secret.
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      fatal("", "cannot be read" + (line > 0 ? ", see line " + line : ""));
      return result(null);
    } catch (IOException e) {
      fatal("", "cannot be read");
      return result(null);
    }
    if (!(tree instanceof ObjectNode root)) {
      fatal("", "must be an object");
      return result(null);
    }
    root.properties()
        .forEach(
            field -> {
              if (!KEYS.contains(field.getKey())) {
                fatal(field.getKey(), "is not a key of a scene; the keys are " + sortedKeys());
              }
            });
    String name = text(root, "name", file.replaceFirst("\\.[^.]+$", ""));
    String title = text(root, "title", name);
    String version = version(root);
    JsonNode body = root.path("body");
    if (!(body instanceof ObjectNode template)) {
      fatal("body", "must be an object: the template of the start body");
      return result(null);
    }
    List<String> overridable = overridable(root.path("overridable"));
    reserved(template);
    SceneBodyCheck.check(template, version)
        .forEach(
            found ->
                faults.add(
                    new SceneFault(file, "body." + found.path(), found.reason(), found.fatal())));
    Tools tools = tools(root);
    try {
      return result(
          new Scene(
              name,
              title,
              bool(root, "participants", false),
              version,
              tools,
              bool(root, "subtitleCallback", true),
              toolWaiting(root.path("toolCalls"), tools),
              overridable,
              template));
    } catch (IllegalArgumentException e) {
      fatal("name", "must have 1 to 64 of A-Z a-z 0-9 _ . -");
      return result(null);
    }
  }

  private Result result(@Nullable Scene scene) {
    boolean broken = faults.stream().anyMatch(SceneFault::fatal);
    return new Result(broken ? Optional.empty() : Optional.ofNullable(scene), faults);
  }

  private void fatal(String path, String reason) {
    faults.add(new SceneFault(file, path, reason, true));
  }

  private String text(ObjectNode root, String key, String otherwise) {
    JsonNode value = root.path(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isTextual() || value.asText().isBlank()) {
      fatal(key, "must be a text");
      return otherwise;
    }
    return value.asText();
  }

  private boolean bool(ObjectNode root, String key, boolean otherwise) {
    JsonNode value = root.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      fatal(key, "must be true or false");
    }
    return value.asBoolean(otherwise);
  }

  private @Nullable String version(ObjectNode root) {
    JsonNode value = root.path("version");
    if (value.isMissingNode()) {
      return null;
    }
    if (!VERSIONS.contains(value.asText())) {
      fatal("version", "must be 2024-12-01 or 2025-06-01");
    }
    return value.asText();
  }

  private Tools tools(ObjectNode root) {
    String value = text(root, "tools", "client");
    for (Tools tools : Tools.values()) {
      if (tools.name().toLowerCase(Locale.ROOT).equals(value)) {
        return tools;
      }
    }
    fatal("tools", "must be client or server");
    return Tools.CLIENT;
  }

  private @Nullable ToolWaiting toolWaiting(JsonNode value, Tools tools) {
    ToolWaiting usual = tools == Tools.SERVER ? ToolWaiting.OF_SERVER : null;
    if (value.isMissingNode()) {
      return usual;
    }
    if (!value.isObject()) {
      fatal("toolCalls", "must be an object with deadline and comfort");
      return usual;
    }
    value
        .properties()
        .forEach(
            field -> {
              if (!TOOL_KEYS.contains(field.getKey())) {
                fatal(
                    "toolCalls." + field.getKey(), "is not a key; the keys are comfort, deadline");
              }
            });
    JsonNode comfort = value.path("comfort");
    if (!comfort.isMissingNode() && (!comfort.isTextual() || comfort.asText().isBlank())) {
      fatal("toolCalls.comfort", "must be a text");
      return usual;
    }
    return deadline(value.path("deadline"))
        .map(
            deadline ->
                new ToolWaiting(deadline, comfort.isMissingNode() ? null : comfort.asText()))
        .orElse(usual);
  }

  private Optional<Duration> deadline(JsonNode value) {
    if (value.isMissingNode()) {
      return Optional.of(ToolWaiting.OF_SERVER.deadline());
    }
    // More than any turn of a conversation can wait is a slip of the pen.
    String rule = "must be a duration such as 8s or 1500ms, of 100ms to 60s";
    Matcher matcher = DURATION.matcher(value.asText());
    if (!matcher.matches()) {
      fatal("toolCalls.deadline", rule);
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration deadline =
        "s".equals(matcher.group(2)) ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
    if (deadline.toMillis() < 100 || deadline.toSeconds() > 60) {
      fatal("toolCalls.deadline", rule);
      return Optional.empty();
    }
    return Optional.of(deadline);
  }

  private List<String> overridable(JsonNode value) {
    if (value.isMissingNode()) {
      return List.of();
    }
    List<String> paths = new ArrayList<>();
    if (!value.isArray()) {
      fatal("overridable", "must be a list of paths");
      return paths;
    }
    for (int i = 0; i < value.size(); i++) {
      String path = value.get(i).asText();
      String at = "overridable[" + i + "]";
      if (!path.matches("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*")) {
        fatal(at, "must be a path such as Config.LLMConfig.Temperature");
      } else if (ReservedPaths.reserved(path)) {
        fatal(at, "is set by agent-control and cannot be opened to callers");
      } else {
        paths.add(path);
      }
    }
    return paths;
  }

  private void reserved(ObjectNode body) {
    for (String path : ReservedPaths.ALL) {
      if (!body.at("/" + path.replace('.', '/')).isMissingNode()) {
        fatal("body." + path, "is set by agent-control; leave it out");
      }
    }
  }

  private static String sortedKeys() {
    return String.join(", ", KEYS.stream().sorted().toList());
  }
}
