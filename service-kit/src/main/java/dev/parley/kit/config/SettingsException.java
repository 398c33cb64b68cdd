package dev.parley.kit.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Set;

/**
 * A setting is missing or malformed: one sentence that begins with its name. Quarkus prints it, and
 * nothing else, when a start ends with it.
 */
public final class SettingsException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  /**
   * Of one setting.
   *
   * @param setting its whole name
   * @param sentence what it must be, without a stop at its end
   */
  public SettingsException(String setting, String sentence) {
    super(setting + " " + sentence, Set.of(setting));
  }
}
