package dev.parley.token.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Set;

/** A setting is missing or malformed: one sentence that begins with its name. */
public final class SettingsException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  SettingsException(String setting, String sentence) {
    super(setting + " " + sentence, Set.of(setting));
  }
}
