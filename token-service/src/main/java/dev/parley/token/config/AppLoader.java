package dev.parley.token.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.events.id.AppId;
import dev.parley.kit.config.SettingsException;
import dev.parley.kit.secret.Secret;
import dev.parley.token.AppKey;
import dev.parley.token.IssuedToken;
import dev.parley.token.Privilege;
import dev.parley.token.RoomPattern;
import dev.parley.token.app.App;
import dev.parley.token.app.AppKeys;
import dev.parley.token.config.TokenServiceConfig.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the applications from their settings and key files; again whenever the files change. */
final class AppLoader {
  private static final Pattern APP_KEY = Pattern.compile("[0-9A-Za-z]{32}");

  /** Below it {@link IssuedToken#renewAfter} has no room before the margin. */
  private static final Duration LEAST_TTL = IssuedToken.RENEWAL_MARGIN.plusSeconds(30);

  /** Above it a token could end after the last second that its format can hold. */
  private static final Duration MOST_TTL = Duration.ofDays(3650);

  private final Map<String, AppConfig> configs;
  private final Set<String> callers;

  AppLoader(TokenServiceConfig config) {
    this.configs = config.apps();
    this.callers = config.callers().keySet();
  }

  /**
   * The applications as settings and files say now.
   *
   * @throws SettingsException names the first setting that is missing or malformed
   */
  List<App> load() {
    if (configs.isEmpty()) {
      throw new SettingsException(
          "parley.token.apps.\"default\".app-id", "is missing: configure at least one application");
    }
    List<App> apps = new ArrayList<>();
    configs.forEach((name, config) -> apps.add(app(name, config)));
    return apps;
  }

  private App app(String name, AppConfig config) {
    String prefix = "parley.token.apps.\"" + name + "\".";
    AppKey current =
        key(prefix, "app-key", config.appKey(), config.appKeyFile(), false)
            .orElseThrow(
                () ->
                    new SettingsException(
                        prefix + "app-key", "is missing: set it or app-key-file"));
    @Nullable AppKey previous =
        key(prefix, "previous-app-key", config.previousAppKey(), config.previousAppKeyFile(), true)
            .orElse(null);
    AppId appId = checked(prefix + "app-id", () -> new AppId(config.appId()));
    wholeSeconds(prefix + "min-ttl", config.minTtl());
    wholeSeconds(prefix + "default-ttl", config.defaultTtl());
    wholeSeconds(prefix + "max-ttl", config.maxTtl());
    if (config.maxTtl().compareTo(MOST_TTL) > 0) {
      throw new SettingsException(
          prefix + "max-ttl", "must be at most " + MOST_TTL.toHours() + "h");
    }
    if (config.minTtl().compareTo(LEAST_TTL) < 0) {
      throw new SettingsException(
          prefix + "min-ttl", "must be at least " + LEAST_TTL.toSeconds() + "s");
    }
    for (String caller : config.callers().orElse(Set.of())) {
      if (!callers.contains(caller)) {
        throw new SettingsException(
            prefix + "callers", "names " + caller + ", which parley.token.callers does not");
      }
    }
    Set<Privilege> allowed =
        checked(prefix + "allowed-privileges", () -> privileges(config.allowedPrivileges()));
    Set<Privilege> defaults =
        checked(prefix + "default-privileges", () -> privileges(config.defaultPrivileges()));
    List<RoomPattern> open =
        checked(
            prefix + "open-rooms",
            () -> config.openRooms().orElse(List.of()).stream().map(RoomPattern::new).toList());
    return checked(
        prefix + "*",
        () ->
            new App(
                name,
                appId,
                new AppKeys(current, previous),
                config.minTtl(),
                config.defaultTtl(),
                config.maxTtl(),
                allowed,
                defaults,
                open,
                config.callers().orElse(Set.of())));
  }

  private static void wholeSeconds(String setting, Duration ttl) {
    if (!ttl.truncatedTo(ChronoUnit.SECONDS).equals(ttl)) {
      throw new SettingsException(setting, "must be whole seconds, is " + ttl);
    }
  }

  private static Optional<AppKey> key(
      String prefix, String name, Optional<Secret> direct, Optional<Path> file, boolean optional) {
    if (direct.isPresent() && file.isPresent()) {
      throw new SettingsException(prefix + name, "and " + name + "-file must not both be set");
    }
    if (file.isEmpty()) {
      return direct.map(secret -> appKey(prefix + name, secret.reveal()));
    }
    String setting = prefix + name + "-file";
    if (optional && !Files.exists(file.get())) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(file.get(), UTF_8).strip();
      return optional && text.isEmpty() ? Optional.empty() : Optional.of(appKey(setting, text));
    } catch (IOException e) {
      throw new SettingsException(setting, "cannot be read: " + file.get());
    }
  }

  private static AppKey appKey(String setting, String text) {
    if (!APP_KEY.matcher(text).matches()) {
      // Says how long it is, never what it is.
      throw new SettingsException(
          setting, "must hold 32 letters and digits, holds " + text.length() + " characters");
    }
    return new AppKey(text);
  }

  static Set<Privilege> privileges(List<String> names) {
    EnumSet<Privilege> privileges = EnumSet.noneOf(Privilege.class);
    names.forEach(name -> privileges.add(Privilege.ofWireName(name.strip())));
    return privileges;
  }

  private static <T> T checked(String setting, Supplier<T> made) {
    try {
      return made.get();
    } catch (SettingsException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SettingsException(setting, "is malformed: " + e.getMessage());
    }
  }
}
