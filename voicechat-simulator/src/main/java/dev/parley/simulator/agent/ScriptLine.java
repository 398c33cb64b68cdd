package dev.parley.simulator.agent;

import org.jspecify.annotations.Nullable;

/**
 * What the model answers to certain words.
 *
 * @param whenUserSays strikes when the user's words contain it, whatever the case
 * @param answer {@code {text}} stands for the user's words, {@code {result}} for the content of the
 *     tool's result
 * @param tool a declared function to call first
 * @param arguments JSON text of its arguments; made up from the declaration when absent
 */
public record ScriptLine(
    String whenUserSays, String answer, @Nullable String tool, @Nullable String arguments) {

  private static final int MAX_LENGTH = 4000;

  public ScriptLine {
    if (whenUserSays.isBlank()) {
      throw new IllegalArgumentException("whenUserSays must not be blank");
    }
    if (answer.isBlank() || answer.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("answer must have 1 to " + MAX_LENGTH + " characters");
    }
    if (arguments != null && arguments.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "arguments must have at most " + MAX_LENGTH + " characters");
    }
  }
}
