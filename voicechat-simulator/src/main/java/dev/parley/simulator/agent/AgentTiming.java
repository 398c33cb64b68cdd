package dev.parley.simulator.agent;

import java.time.Duration;

/**
 * How long things take in the simulated world.
 *
 * @param join from the accepted start until the agent is in the room
 * @param userCharacter how long a user needs per character
 * @param agentCharacter how long the agent's voice needs per character
 * @param llm from the recognised question to the first token
 * @param tts from the first token to the first sound
 * @param tool how long the agent waits for the results of function calls
 */
public record AgentTiming(
    Duration join,
    Duration userCharacter,
    Duration agentCharacter,
    Duration llm,
    Duration tts,
    Duration tool) {

  public AgentTiming {
    require("join", join);
    require("userCharacter", userCharacter);
    require("agentCharacter", agentCharacter);
    require("llm", llm);
    require("tts", tts);
    require("tool", tool);
  }

  private static void require(String what, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(what + " must not be negative");
    }
  }
}
