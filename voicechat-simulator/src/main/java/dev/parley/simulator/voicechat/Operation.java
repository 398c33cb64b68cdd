package dev.parley.simulator.voicechat;

import dev.parley.simulator.agent.AgentCommand;
import dev.parley.simulator.agent.AgentPlan;
import java.util.Optional;

/** A well-formed call. */
sealed interface Operation {

  /** The task that it is about. */
  TaskKey task();

  /**
   * StartVoiceChat.
   *
   * @param stateCallback whether conversation states are sent at all
   * @param states where states go besides the room
   * @param subtitles where finished sentences go besides the room
   * @param functions where function calls go instead of the room
   */
  record Start(
      TaskKey task,
      String businessId,
      AgentPlan plan,
      boolean stateCallback,
      boolean speechToSpeech,
      Optional<MessageTarget> states,
      Optional<MessageTarget> subtitles,
      Optional<MessageTarget> functions)
      implements Operation {}

  /**
   * UpdateVoiceChat.
   *
   * @param forModel whether it needs a language model of its own, which speech-to-speech lacks
   */
  record Update(TaskKey task, AgentCommand command, boolean forModel) implements Operation {}

  /** StopVoiceChat. */
  record Stop(TaskKey task) implements Operation {}
}
