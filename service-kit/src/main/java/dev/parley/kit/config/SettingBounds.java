package dev.parley.kit.config;

import java.time.Duration;

/** Checks numbers and durations of settings, whoever takes them later. */
public final class SettingBounds {
  private final String prefix;

  /**
   * Of settings whose names begin alike.
   *
   * @param prefix with its last point, such as {@code parley.token.}
   */
  public SettingBounds(String prefix) {
    this.prefix = prefix;
  }

  /**
   * A number.
   *
   * @throws SettingsException when it is less
   */
  public void least(String setting, int value, int least) {
    if (value < least) {
      throw new SettingsException(prefix + setting, "must be at least " + least + ", is " + value);
    }
  }

  /**
   * A number.
   *
   * @throws SettingsException when it is more
   */
  public void most(String setting, int value, int most) {
    if (value > most) {
      throw new SettingsException(prefix + setting, "must be at most " + most + ", is " + value);
    }
  }

  /**
   * A duration that something waits for.
   *
   * @throws SettingsException when it is less than a millisecond
   */
  public void positive(String setting, Duration value) {
    if (value.toMillis() < 1) {
      throw new SettingsException(prefix + setting, "must be at least 1 ms, is " + value);
    }
  }

  /**
   * A duration that may be none at all.
   *
   * @throws SettingsException when it is less than nothing
   */
  public void notNegative(String setting, Duration value) {
    if (value.isNegative()) {
      throw new SettingsException(prefix + setting, "must not be negative, is " + value);
    }
  }
}
