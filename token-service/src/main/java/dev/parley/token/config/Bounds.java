package dev.parley.token.config;

import dev.parley.kit.config.SettingBounds;
import dev.parley.kit.config.SettingsException;
import java.time.Duration;

/** What numbers and durations of the settings must be, whoever takes them later. */
final class Bounds {
  private static final String PREFIX = "parley.token.";
  private static final SettingBounds BOUNDS = new SettingBounds(PREFIX);

  private Bounds() {}

  /**
   * Looks at all of them.
   *
   * @throws SettingsException names the first that cannot be used
   */
  static void check(TokenServiceConfig config) {
    BOUNDS.least("caller-memory.size", config.callerMemory().size(), 0);
    BOUNDS.least("max-batch", config.maxBatch(), 1);
    BOUNDS.least("audit.max-buffered", config.audit().maxBuffered(), 1);
    BOUNDS.positive("caller-memory.lifetime", config.callerMemory().lifetime());
    BOUNDS.positive("reload-every", config.reloadEvery());
    BOUNDS.positive("policy.hook.timeout", config.policy().hook().timeout());
    BOUNDS.notNegative("audit.gather", config.audit().gather());
    config
        .callers()
        .forEach(
            (name, caller) ->
                BOUNDS.positive("callers.\"" + name + "\".jwks-timeout", caller.jwksTimeout()));
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
}
