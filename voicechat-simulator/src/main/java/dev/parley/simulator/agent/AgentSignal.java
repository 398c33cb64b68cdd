package dev.parley.simulator.agent;

import java.time.Duration;
import java.util.List;

/** What an agent does, for the world to see. */
public sealed interface AgentSignal {

  /** Enters the room and publishes its voice. */
  record Joined() implements AgentSignal {}

  /** Leaves the room. */
  record Left() implements AgentSignal {}

  /** Reaches a stage of its run. */
  record Reached(int roundId, RunStage stage) implements AgentSignal {}

  /** Is in another stage of the conversation. */
  record StageChanged(int roundId, Stage stage) implements AgentSignal {}

  /** Shows a subtitle. */
  record Subtitled(Subtitle subtitle) implements AgentSignal {}

  /** Asks for function calls. */
  record CallsTools(int roundId, List<ToolCall> calls) implements AgentSignal {

    public CallsTools {
      calls = List.copyOf(calls);
    }
  }

  /** Failed at something; goes on unless {@link Ended} follows. */
  record Failed(int roundId, RunStage where, ErrorInfo error) implements AgentSignal {}

  /** Reports what it used. */
  record Used(int roundId, Duration active) implements AgentSignal {}

  /** Is gone for good. */
  record Ended(EndReason reason) implements AgentSignal {}

  /** Why an agent ended. */
  enum EndReason {
    /** StopVoiceChat. */
    STOPPED,
    /** The target user was away for longer than IdleTimeout. */
    IDLE,
    /** The parameter check failed. */
    PARAMETERS,
    /** The room had no place, or put the agent out. */
    PUT_OUT
  }
}
