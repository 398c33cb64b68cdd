package dev.parley.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** What a caller asks of an agent task. May be refused; a repeat with the same id is harmless. */
public sealed interface AgentCommand extends RoomScoped {

  @About("The agent task that is meant.")
  TaskId taskId();

  CommandId commandId();

  /** Subject of the caller. */
  @About(value = "Subject of the caller.", example = "alice", sensitivity = Sensitivity.PERSONAL)
  String requestedBy();

  /** After this moment the command is refused, not run late. */
  @About(
      value = "After this moment the command is refused, not run late; Unix time.",
      unit = "ms",
      example = "1750000030123")
  long expiresTimeMillis();

  /** Start an agent in the room. */
  @EventType(
      value = "dev.parley.agent.start.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Start an agent in the room.")
  record StartAgent(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(value = "The scene: the named template of the agent.", example = "assistant")
          String scene,
      @About(value = "The agent's user id in the room.", example = "agent-1") UserId agentUserId,
      @About(value = "The human whom the agent listens to.", example = "alice") UserId targetUserId,
      @About(
              value = "What the agent says first; absent for the scene's own.",
              example = "Hello Alice, how can I help?",
              sensitivity = Sensitivity.PERSONAL)
          @Nullable String welcomeMessage,
      @About(
              value = "Fields of the start body that replace the scene's, where it permits.",
              example = "{\"Config\":{\"LLMConfig\":{\"Temperature\":0.2}}}",
              sensitivity = Sensitivity.PERSONAL)
          @Nullable JsonNode overrides)
      implements AgentCommand {}

  /** Stop the agent. */
  @EventType(
      value = "dev.parley.agent.stop.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Stop the agent.")
  record StopAgent(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(value = "Why the agent is stopped.", example = "REQUESTED") StopReason reason)
      implements AgentCommand {}

  /** Stop the agent's current speech. */
  @EventType(
      value = "dev.parley.agent.interrupt.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Stop the agent's current speech.")
  record InterruptAgent(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis)
      implements AgentCommand {}

  /** Let the agent speak a text (ExternalTextToSpeech). */
  @EventType(
      value = "dev.parley.agent.say.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Let the agent speak a text.")
  record SayText(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(
              value = "The text to speak.",
              example = "One moment, please.",
              sensitivity = Sensitivity.PERSONAL)
          String text,
      @About(
              value =
                  "What the text does to current speech: interrupts it, waits for its end, or is dropped.",
              example = "MEDIUM")
          InterruptMode interruptMode)
      implements AgentCommand {}

  /** Hand the agent a text as if its user had said it (ExternalTextToLLM). */
  @EventType(
      value = "dev.parley.agent.ask.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Hand the agent a text as if its user had said it.")
  record AskAgent(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(
              value = "The user's words.",
              example = "What is on this picture?",
              sensitivity = Sensitivity.PERSONAL)
          String text,
      @About(
              value =
                  "What the text does to current speech: interrupts it, waits for its end, or is dropped.",
              example = "MEDIUM")
          InterruptMode interruptMode,
      @About(
              value = "Address of an image that belongs to the text.",
              example = "data:image/png;base64,iVBORw0KGgo=",
              sensitivity = Sensitivity.PERSONAL)
          @Nullable String imageUrl)
      implements AgentCommand {}

  /** Add context for the user's next turn (ExternalPromptsForLLM). */
  @EventType(
      value = "dev.parley.agent.prompt.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Add context for the user's next turn.")
  record AddPrompt(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(
              value = "The context.",
              example = "Alice prefers short answers.",
              sensitivity = Sensitivity.PERSONAL)
          String text)
      implements AgentCommand {}

  /** The user's turn is over (FinishSpeechRecognition), for scenes with manual turns. */
  @EventType(
      value = "dev.parley.agent.finish-speech.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Say that the user's turn is over.")
  record FinishSpeech(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis)
      implements AgentCommand {}

  /** Hand the agent the result of a function call. */
  @EventType(
      value = "dev.parley.agent.return-tool-result.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Hand the agent the result of a function call.")
  record ReturnToolResult(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(value = "The call that is answered.", example = "call_cx_1") String toolCallId,
      @About(
              value = "What the agent is told.",
              example = "Sunny, 31 degrees.",
              sensitivity = Sensitivity.PERSONAL)
          String content)
      implements AgentCommand {}

  /** Change parameters of a running agent (UpdateParameters; 2025-06-01 applications only). */
  @EventType(
      value = "dev.parley.agent.update-parameters.v1",
      topic = Topic.AGENT_COMMANDS,
      about = "Change parameters of a running agent.")
  record UpdateParameters(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      String requestedBy,
      long expiresTimeMillis,
      @About(
              value = "The OpenAPI's Parameters.",
              example = "{\"LLMConfig\":{\"Temperature\":0.2}}",
              sensitivity = Sensitivity.PERSONAL)
          JsonNode parameters)
      implements AgentCommand {}
}
