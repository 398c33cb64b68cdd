package dev.parley.simulator.voicechat;

import dev.parley.simulator.agent.ErrorInfo;
import dev.parley.simulator.agent.Stage;
import dev.parley.simulator.agent.Subtitle;
import dev.parley.simulator.agent.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON of an agent's frames. Of the two spellings seen, UserID and RoundID were chosen. */
final class AgentFrames {

  private AgentFrames() {}

  static Map<String, Object> conv(
      String taskId,
      String agentUserId,
      int roundId,
      long nowMillis,
      Stage stage,
      Optional<ErrorInfo> error) {
    Map<String, Object> stageNode = new LinkedHashMap<>();
    stageNode.put("Code", stage.code());
    stageNode.put("Description", stage.description());
    Map<String, Object> conv = new LinkedHashMap<>();
    conv.put("TaskId", taskId);
    conv.put("UserID", agentUserId);
    conv.put("RoundID", roundId);
    conv.put("EventTime", nowMillis);
    conv.put("Stage", stageNode);
    error.ifPresent(
        info -> {
          Map<String, Object> errorNode = new LinkedHashMap<>();
          errorNode.put("ErrorCode", info.code());
          errorNode.put("Reason", info.reason());
          conv.put("ErrorInfo", errorNode);
        });
    return conv;
  }

  static Map<String, Object> subv(Subtitle subtitle, long nowMillis) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("text", subtitle.text());
    item.put("language", subtitle.language());
    item.put("userId", subtitle.userId());
    item.put("sequence", subtitle.sequence());
    item.put("definite", subtitle.definite());
    item.put("paragraph", subtitle.paragraph());
    item.put("roundId", subtitle.roundId());
    item.put("mode", subtitle.speaker().mode());
    item.put("timestamp", nowMillis);
    Map<String, Object> subv = new LinkedHashMap<>();
    subv.put("type", "subtitle");
    subv.put("data", List.of(item));
    return subv;
  }

  static Map<String, Object> tool(List<ToolCall> calls) {
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("subscriber_user_id", "");
    tool.put("tool_calls", calls(calls));
    return tool;
  }

  static List<Map<String, Object>> calls(List<ToolCall> calls) {
    return calls.stream()
        .map(
            call -> {
              Map<String, Object> function = new LinkedHashMap<>();
              function.put("name", call.name());
              function.put("arguments", call.arguments());
              Map<String, Object> node = new LinkedHashMap<>();
              node.put("id", call.id());
              node.put("type", "function");
              node.put("function", function);
              return node;
            })
        .toList();
  }
}
