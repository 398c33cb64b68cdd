package dev.parley.simulator.agent;

/** How the agent's subtitles come. */
public enum SubtitleMode {
  /** With the sound; each record holds its sentence so far. */
  ALIGNED,
  /** As fast as the model writes; each record holds what is new, an empty one closes the round. */
  FAST
}
