package dev.parley.agent.scene;

/**
 * What is wrong with a scene file.
 *
 * @param file the file's name
 * @param path where in it, such as {@code body.Config.LLMConfig.Temperature}; empty for the whole
 * @param fatal false for a warning, with which the scene still works
 */
public record SceneFault(String file, String path, String reason, boolean fatal) {
  @Override
  public String toString() {
    return file + (path.isEmpty() ? "" : " at " + path) + ": " + reason;
  }
}
