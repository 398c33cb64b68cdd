package dev.parley.simulator.voicechat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.simulator.Identifiers;
import dev.parley.simulator.agent.AgentCommand;
import dev.parley.simulator.agent.AgentPlan;
import dev.parley.simulator.agent.ErrorInfo;
import dev.parley.simulator.agent.SubtitleMode;
import dev.parley.simulator.agent.ToolDeclaration;
import dev.parley.simulator.agent.Urgency;
import dev.parley.simulator.room.RoomKey;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the bodies of the three actions. Identity and AgentConfig are checked before the call is
 * accepted; the Config tree is open (the vendor adds fields all the time), and what is wrong in its
 * known parts comes out after the start, as a failed preParamCheck. Where the real cloud draws that
 * line is not known.
 */
final class OperationReader {

  static final String VERSION_2024 = "2024-12-01";
  static final String VERSION_2025 = "2025-06-01";

  private static final int MAX_TEXT = 4000;
  private static final int DEFAULT_IDLE_SECONDS = 180;
  private static final int DEFAULT_SILENCE_MILLIS = 600;
  private static final Map<String, Set<String>> CLOSED_SETS =
      Map.of(
          "/LLMConfig/Mode", Set.of("ArkV3", "CozeBot", "CustomLLM"),
          "/ASRConfig/Provider", Set.of("volcano", "ai_gateway"),
          "/TTSConfig/Provider", Set.of("volcano", "volcano_bidirection", "minimax", "ai_gateway"));

  private final ObjectMapper json = new ObjectMapper();
  private final Clock clock;
  private final Duration maxSilence;

  /**
   * Reads with this clock for default user ids.
   *
   * @param maxSilence replaces VADConfig.SilenceTime when that is longer, so that tests are quick
   */
  OperationReader(Clock clock, Duration maxSilence) {
    this.clock = clock;
    this.maxSilence = maxSilence;
  }

  /** The body as a JSON object. */
  JsonNode parse(byte[] body) {
    if (body.length == 0) {
      throw new ApiRefusal(ErrorCode.BODY_IS_EMPTY, "The request body is empty.");
    }
    try {
      JsonNode tree = json.readTree(new String(body, UTF_8));
      if (!tree.isObject()) {
        throw new ApiRefusal(ErrorCode.UNMARSHAL, "The request body must be a JSON object.");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new ApiRefusal(ErrorCode.UNMARSHAL, "The request body is not valid JSON.");
    }
  }

  /** Which task the call is about. */
  TaskKey task(JsonNode body) {
    String appId = requiredText(body, "AppId", ErrorCode.NO_APP_ID);
    String roomId = requiredText(body, "RoomId", ErrorCode.NO_ROOM_ID);
    String taskId = requiredText(body, "TaskId", ErrorCode.INVALID_PARAMETER);
    requireId("AppId", appId, ErrorCode.INVALID_PARAMETER);
    requireId("RoomId", roomId, ErrorCode.ILLEGAL_ROOM_ID);
    requireId("TaskId", taskId, ErrorCode.INVALID_PARAMETER);
    return new TaskKey(new RoomKey(appId, roomId), taskId);
  }

  Operation.Start start(TaskKey task, String version, JsonNode body) {
    String businessId = optionalText(body, "BusinessId");
    if (!businessId.isEmpty()) {
      requireId("BusinessId", businessId, ErrorCode.INVALID_PARAMETER);
    }
    JsonNode config = body.path("Config");
    if (!config.isObject()) {
      throw invalid("Config must be a JSON object.");
    }
    JsonNode agent = body.path("AgentConfig");
    if (!agent.isObject()) {
      throw invalid("AgentConfig must be a JSON object.");
    }
    String targetUserId = targetUserId(agent.path("TargetUserId"));
    String agentUserId = optionalText(agent, "UserId");
    if (agentUserId.isEmpty()) {
      if (version.equals(VERSION_2025)) {
        throw new ApiRefusal(ErrorCode.NO_USER_ID, "AgentConfig.UserId is missing.");
      }
      agentUserId = "voiceChat_" + targetUserId + "_" + clock.millis();
    }
    requireId("AgentConfig.UserId", agentUserId, ErrorCode.INVALID_PARAMETER);
    if (agentUserId.equals(targetUserId)) {
      throw invalid("AgentConfig.UserId must differ from AgentConfig.TargetUserId.");
    }
    AgentPlan plan =
        new AgentPlan(
            agentUserId,
            targetUserId,
            bounded("AgentConfig.WelcomeMessage", optionalText(agent, "WelcomeMessage")),
            !config.at("/SubtitleConfig/DisableRTSSubtitle").asBoolean(false),
            config.at("/SubtitleConfig/SubtitleMode").asInt(0) == 1
                ? SubtitleMode.FAST
                : SubtitleMode.ALIGNED,
            config.path("InterruptMode").asInt(0) == 0,
            config.at("/ASRConfig/TurnDetectionMode").asInt(0) == 1,
            silence(config.at("/ASRConfig/VADConfig/SilenceTime")),
            idleTimeout(agent.path("IdleTimeout")),
            tools(config.at("/LLMConfig/Tools")),
            config.at("/LLMConfig/EnableParallelToolCalls").asBoolean(false),
            problem(config));
    Optional<MessageTarget> states =
        target(
            "AgentConfig",
            agent.path("ServerMessageURLForRTS"),
            agent.path("ServerMessageSignatureForRTS"));
    Optional<MessageTarget> subtitles =
        target(
            "Config.SubtitleConfig",
            config.at("/SubtitleConfig/ServerMessageUrl"),
            config.at("/SubtitleConfig/ServerMessageSignature"));
    return new Operation.Start(
        task,
        businessId,
        plan,
        agent.path("EnableConversationStateCallback").asBoolean(false),
        config.has("S2SConfig"),
        states,
        subtitles.or(() -> states),
        target(
            "Config.FunctionCallingConfig",
            config.at("/FunctionCallingConfig/ServerMessageUrl"),
            config.at("/FunctionCallingConfig/ServerMessageSignature")));
  }

  Operation.Update update(TaskKey task, String version, JsonNode body) {
    String command = optionalText(body, "Command");
    String message = optionalText(body, "Message");
    // Lower case: the docs write "interrupt", an official program sends "Interrupt".
    return switch (command.toLowerCase(Locale.ROOT)) {
      case "interrupt" -> new Operation.Update(task, new AgentCommand.Interrupt(), false);
      case "function" -> new Operation.Update(task, toolResult(message), false);
      case "externaltexttospeech" ->
          new Operation.Update(
              task, new AgentCommand.Speak(nonBlank(message), urgency(body)), false);
      case "externaltexttollm" ->
          new Operation.Update(task, new AgentCommand.Ask(nonBlank(message), urgency(body)), true);
      case "externalpromptsforllm" ->
          new Operation.Update(task, new AgentCommand.Prompt(nonBlank(message)), true);
      case "finishspeechrecognition" ->
          new Operation.Update(task, new AgentCommand.FinishSpeech(), false);
      case "updateparameters" -> {
        requireVersion2025(command, version);
        yield new Operation.Update(task, reconfigure(body.path("Parameters")), false);
      }
      case "setttscontext", "updatevoiceprintsv", "updatefarfieldconfig" -> {
        requireVersion2025(command, version);
        yield new Operation.Update(task, new AgentCommand.NoEffect(), false);
      }
      default -> throw invalid("Command is not known.");
    };
  }

  /** A command in a {@code ctrl} frame; empty when it is none that an agent knows. */
  Optional<AgentCommand> command(String value) {
    try {
      JsonNode body = json.readTree(value);
      return switch (optionalText(body, "Command").toLowerCase(Locale.ROOT)) {
        case "interrupt",
            "externaltexttospeech",
            "externaltexttollm",
            "externalpromptsforllm",
            "finishspeechrecognition" ->
            Optional.of(update(UNUSED, VERSION_2024, body).command());
        default -> Optional.empty();
      };
    } catch (JsonProcessingException | ApiRefusal e) {
      return Optional.empty();
    }
  }

  // A frame reaches one agent, so it names no task.
  private static final TaskKey UNUSED = new TaskKey(new RoomKey("frame", "frame"), "frame");

  /** The result in a {@code func} frame. */
  Optional<AgentCommand> result(String value) {
    try {
      return Optional.of(toolResult(value));
    } catch (ApiRefusal e) {
      return Optional.empty();
    }
  }

  private AgentCommand.ToolResult toolResult(String message) {
    try {
      JsonNode result = json.readTree(message);
      String id = optionalText(result, "ToolCallID");
      if (!id.isEmpty() && result.path("Content").isTextual()) {
        return new AgentCommand.ToolResult(id, result.path("Content").asText());
      }
    } catch (JsonProcessingException e) {
      // answered below, like a JSON text without the two fields
    }
    throw invalid("Message must be the JSON text of an object with ToolCallID and Content.");
  }

  private AgentCommand reconfigure(JsonNode parameters) {
    JsonNode config = parameters.path("Config");
    if (!config.isObject()) {
      throw invalid("Parameters.Config must be a JSON object.");
    }
    JsonNode tools = config.at("/LLMConfig/Tools");
    JsonNode interrupt = config.path("InterruptMode");
    return new AgentCommand.Reconfigure(
        tools.isArray() ? Optional.of(tools(tools)) : Optional.empty(),
        interrupt.isInt() ? Optional.of(interrupt.asInt() == 0) : Optional.empty());
  }

  private static void requireVersion2025(String command, String version) {
    if (!version.equals(VERSION_2025)) {
      throw invalid("Command " + command + " needs version " + VERSION_2025 + ".");
    }
  }

  private static Urgency urgency(JsonNode body) {
    return Urgency.of(body.path("InterruptMode").asInt(0))
        .orElseThrow(() -> invalid("InterruptMode must be 1, 2 or 3."));
  }

  private static String nonBlank(String message) {
    if (message.isBlank()) {
      throw invalid("Message must not be blank.");
    }
    return bounded("Message", message);
  }

  private static String bounded(String what, String text) {
    if (text.length() > MAX_TEXT) {
      throw invalid(what + " must not be longer than " + MAX_TEXT + " characters.");
    }
    return text;
  }

  private static String targetUserId(JsonNode targets) {
    if (!targets.isArray() || targets.isEmpty()) {
      throw new ApiRefusal(ErrorCode.NO_USER_ID, "AgentConfig.TargetUserId is missing.");
    }
    if (targets.size() != 1 || !targets.get(0).isTextual()) {
      throw invalid("AgentConfig.TargetUserId must hold exactly one user id.");
    }
    String user = targets.get(0).asText();
    requireId("AgentConfig.TargetUserId", user, ErrorCode.INVALID_PARAMETER);
    return user;
  }

  private static Duration idleTimeout(JsonNode seconds) {
    if (seconds.isMissingNode() || seconds.isNull()) {
      return Duration.ofSeconds(DEFAULT_IDLE_SECONDS);
    }
    if (!seconds.isInt() || seconds.asInt() < 1) {
      throw invalid("AgentConfig.IdleTimeout must be a positive whole number of seconds.");
    }
    return Duration.ofSeconds(seconds.asInt());
  }

  private Duration silence(JsonNode millis) {
    Duration asked = Duration.ofMillis(millis.asInt(DEFAULT_SILENCE_MILLIS));
    return asked.compareTo(maxSilence) > 0 ? maxSilence : asked;
  }

  private static Optional<ErrorInfo> problem(JsonNode config) {
    List<String> wrong = new ArrayList<>();
    CLOSED_SETS.forEach(
        (pointer, allowed) -> {
          JsonNode value = config.at(pointer);
          if (!value.isMissingNode() && !allowed.contains(value.asText())) {
            wrong.add("Config" + pointer.replace('/', '.') + " is not known");
          }
        });
    outside(config, "/InterruptMode", 0, 1, wrong);
    outside(config, "/SubtitleConfig/SubtitleMode", 0, 1, wrong);
    outside(config, "/ASRConfig/TurnDetectionMode", 0, 1, wrong);
    outside(config, "/ASRConfig/VADConfig/SilenceTime", 500, 2999, wrong);
    wrong.sort(String::compareTo);
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(new ErrorInfo(ErrorInfo.UNKNOWN_PARAMETER, String.join("; ", wrong)));
  }

  private static void outside(
      JsonNode config, String pointer, int least, int most, List<String> wrong) {
    JsonNode value = config.at(pointer);
    if (!value.isMissingNode()
        && !(value.isInt() && value.asInt() >= least && value.asInt() <= most)) {
      wrong.add(
          "Config" + pointer.replace('/', '.') + " must be between " + least + " and " + most);
    }
  }

  private static List<ToolDeclaration> tools(JsonNode declared) {
    List<ToolDeclaration> tools = new ArrayList<>();
    for (JsonNode each : declared) {
      JsonNode function = each.path("function");
      String name = optionalText(function, "name");
      if (!name.isBlank()) {
        List<ToolDeclaration.Parameter> parameters = new ArrayList<>();
        function
            .at("/parameters/properties")
            .properties()
            .forEach(
                property ->
                    parameters.add(
                        new ToolDeclaration.Parameter(
                            property.getKey(), sample(property.getValue()))));
        tools.add(new ToolDeclaration(name, parameters));
      }
    }
    return tools;
  }

  private static String sample(JsonNode schema) {
    JsonNode choice = schema.path("default");
    if (choice.isMissingNode() && schema.path("enum").size() > 0) {
      choice = schema.path("enum").get(0);
    }
    if (!(choice instanceof MissingNode)) {
      return choice.toString();
    }
    return switch (schema.path("type").asText("string")) {
      case "number", "integer" -> "0";
      case "boolean" -> "false";
      case "array" -> "[]";
      case "object" -> "{}";
      default -> "";
    };
  }

  private static Optional<MessageTarget> target(String where, JsonNode url, JsonNode signature) {
    if (url.asText("").isBlank()) {
      return Optional.empty();
    }
    URI parsed;
    try {
      parsed = URI.create(url.asText());
    } catch (IllegalArgumentException e) {
      throw invalid(where + " has a server message URL that is none.");
    }
    boolean http = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
    if (!http || parsed.getHost() == null) {
      throw invalid(where + " has a server message URL that is not http or https.");
    }
    return Optional.of(new MessageTarget(parsed, signature.asText("")));
  }

  private static String requiredText(JsonNode node, String field, ErrorCode code) {
    String text = optionalText(node, field);
    if (text.isEmpty()) {
      throw new ApiRefusal(code, field + " is missing.");
    }
    return text;
  }

  private static String optionalText(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.asText() : "";
  }

  private static void requireId(String what, String text, ErrorCode code) {
    if (!Identifiers.valid(text)) {
      throw new ApiRefusal(
          code, what + " must be 1 to 128 of letters, digits, '_', '@', '-' and '.'.");
    }
  }

  private static ApiRefusal invalid(String text) {
    return new ApiRefusal(ErrorCode.INVALID_PARAMETER, text);
  }
}
