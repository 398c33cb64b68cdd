package dev.parley.simulator.agent;

import java.util.List;
import java.util.Optional;

/** What may be asked of a running agent, by UpdateVoiceChat or by a client's frame. */
public sealed interface AgentCommand {

  /** Stop speaking. */
  record Interrupt() implements AgentCommand {}

  /** Speak this text. */
  record Speak(String text, Urgency urgency) implements AgentCommand {}

  /** Answer this as if the user had said it. */
  record Ask(String text, Urgency urgency) implements AgentCommand {}

  /** Know this when the user's next turn is answered. */
  record Prompt(String context) implements AgentCommand {}

  /** The user's turn ends here. */
  record FinishSpeech() implements AgentCommand {}

  /** The result of a function call. */
  record ToolResult(String toolCallId, String content) implements AgentCommand {}

  /** From the next turn on, work with these. */
  record Reconfigure(Optional<List<ToolDeclaration>> tools, Optional<Boolean> voiceInterrupts)
      implements AgentCommand {}

  /** Accepted, and without effect on a simulated agent. */
  record NoEffect() implements AgentCommand {}
}
