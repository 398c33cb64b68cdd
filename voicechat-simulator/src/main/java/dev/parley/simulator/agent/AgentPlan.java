package dev.parley.simulator.agent;

import dev.parley.simulator.Identifiers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one agent is to behave, out of the body of StartVoiceChat.
 *
 * @param welcome spoken first; blank for none
 * @param subtitles whether there are any
 * @param voiceInterrupts whether the user's voice cuts the agent short
 * @param manualTurns whether a turn of the user ends by FinishSpeechRecognition alone
 * @param silence how long the user must be silent for the turn to end by itself
 * @param idleTimeout how long the agent stays without its target user
 * @param parameterProblem what the parameter check after the start will find wrong
 */
public record AgentPlan(
    String agentUserId,
    String targetUserId,
    String welcome,
    boolean subtitles,
    SubtitleMode subtitleMode,
    boolean voiceInterrupts,
    boolean manualTurns,
    Duration silence,
    Duration idleTimeout,
    List<ToolDeclaration> tools,
    boolean parallelTools,
    Optional<ErrorInfo> parameterProblem) {

  public AgentPlan {
    Identifiers.require("agentUserId", agentUserId);
    Identifiers.require("targetUserId", targetUserId);
    if (agentUserId.equals(targetUserId)) {
      throw new IllegalArgumentException("agentUserId must differ from targetUserId");
    }
    tools = List.copyOf(tools);
  }

  /** The same plan, with other tools. */
  public AgentPlan withTools(List<ToolDeclaration> others) {
    return new AgentPlan(
        agentUserId,
        targetUserId,
        welcome,
        subtitles,
        subtitleMode,
        voiceInterrupts,
        manualTurns,
        silence,
        idleTimeout,
        others,
        parallelTools,
        parameterProblem);
  }

  /** The same plan, with voice interruption on or off. */
  public AgentPlan withVoiceInterrupts(boolean on) {
    return new AgentPlan(
        agentUserId,
        targetUserId,
        welcome,
        subtitles,
        subtitleMode,
        on,
        manualTurns,
        silence,
        idleTimeout,
        tools,
        parallelTools,
        parameterProblem);
  }

  /** The same plan, with a parameter check that fails. */
  public AgentPlan withParameterProblem(ErrorInfo problem) {
    return new AgentPlan(
        agentUserId,
        targetUserId,
        welcome,
        subtitles,
        subtitleMode,
        voiceInterrupts,
        manualTurns,
        silence,
        idleTimeout,
        tools,
        parallelTools,
        Optional.of(problem));
  }
}
