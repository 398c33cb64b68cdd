package dev.parley.token.config;

import java.time.Duration;

/** What numbers and durations of the settings must be, whoever takes them later. */
final class Bounds {
  private static final String PREFIX = "parley.token.";

  private Bounds() {}

  /**
   * Looks at all of them.
   *
   * @throws SettingsException names the first that cannot be used
   */
  static void check(TokenServiceConfig config) {
    least("caller-memory.size", config.callerMemory().size(), 0);
    least("max-batch", config.maxBatch(), 1);
    least("audit.max-buffered", config.audit().maxBuffered(), 1);
    positive("caller-memory.lifetime", config.callerMemory().lifetime());
    positive("reload-every", config.reloadEvery());
    positive("policy.hook.timeout", config.policy().hook().timeout());
    if (config.audit().gather().isNegative()) {
      throw new SettingsException(
          PREFIX + "audit.gather", "must not be negative, is " + config.audit().gather());
    }
    config
        .callers()
        .forEach(
            (name, caller) ->
                positive("callers.\"" + name + "\".jwks-timeout", caller.jwksTimeout()));
    Duration overlap = config.session().overlap();
    Duration maxAge = config.session().jwksMaxAge();
    if (overlap.compareTo(maxAge) < 0) {
      throw new SettingsException(
          PREFIX + "session.overlap",
          "must be at least session.jwks-max-age ("
              + maxAge
              + "), is "
              + overlap
              + ": readers of the JWKS would not know a key that signs");
    }
  }

  private static void least(String setting, int value, int least) {
    if (value < least) {
      throw new SettingsException(PREFIX + setting, "must be at least " + least + ", is " + value);
    }
  }

  private static void positive(String setting, Duration value) {
    if (value.toMillis() < 1) {
      throw new SettingsException(PREFIX + setting, "must be at least 1 ms, is " + value);
    }
  }
}
