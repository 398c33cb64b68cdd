package dev.parley.token.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.kit.config.SettingsException;
import dev.parley.kit.session.Role;
import dev.parley.token.caller.CallerVerifier.Trusted;
import dev.parley.token.caller.IdentityProvider;
import dev.parley.token.caller.IssuerKeys;
import dev.parley.token.config.TokenServiceConfig.CallerConfig;
import dev.parley.token.http.HttpJwks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Builds the identity providers from their settings. */
final class CallerLoader {
  private static final Logger LOG = Logger.getLogger(CallerLoader.class);
  private static final Map<String, Role> SAME_NAMES =
      Map.of(
          Role.PARTICIPANT_CLAIM, Role.PARTICIPANT,
          Role.OPERATOR_CLAIM, Role.OPERATOR,
          Role.ANALYST_CLAIM, Role.ANALYST);

  private final Map<String, CallerConfig> configs;
  private final HttpJwks http;
  private final Executor blocking;
  private final Clock clock;

  CallerLoader(Map<String, CallerConfig> configs, HttpJwks http, Executor blocking, Clock clock) {
    this.configs = configs;
    this.http = http;
    this.blocking = blocking;
    this.clock = clock;
  }

  /**
   * The providers.
   *
   * @throws SettingsException names the first setting that is missing or malformed
   */
  List<Trusted> load() {
    if (configs.isEmpty()) {
      throw new SettingsException(
          "parley.token.callers.\"NAME\".issuer",
          "is missing: configure at least one identity provider");
    }
    List<Trusted> providers = new ArrayList<>();
    Set<String> issuers = new HashSet<>();
    configs.forEach(
        (name, config) -> {
          if (!issuers.add(config.issuer())) {
            throw new SettingsException(
                prefix(name) + "issuer", "is the issuer of another identity provider too");
          }
          providers.add(trusted(name, config));
        });
    return providers;
  }

  private Trusted trusted(String name, CallerConfig config) {
    try {
      IdentityProvider provider =
          new IdentityProvider(
              name,
              config.issuer(),
              Set.copyOf(config.audiences()),
              config.algorithms(),
              config.userClaim(),
              config.userPrefix().orElse(""),
              config.rolesClaim(),
              config.roles().isEmpty() ? SAME_NAMES : config.roles(),
              config.defaultRole(),
              config.roomsClaim(),
              config.clockSkew());
      if (config.development()) {
        LOG.warnf(
            "identity provider %s (%s) is for DEVELOPMENT: anybody may get its tokens",
            name, config.issuer());
      }
      IssuerKeys.Ages ages =
          new IssuerKeys.Ages(config.jwksRefresh(), config.jwksTrust(), config.jwksPause());
      return new Trusted(provider, new IssuerKeys(name, source(name, config), clock, ages));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(prefix(name) + "*", "is malformed: " + e.getMessage());
    }
  }

  private Supplier<CompletionStage<String>> source(String name, CallerConfig config) {
    if (config.jwksUrl().isPresent() == config.jwksFile().isPresent()) {
      throw new SettingsException(
          prefix(name) + "jwks-url", "or jwks-file must be set, one of the two");
    }
    if (config.jwksUrl().isPresent()) {
      URI url = config.jwksUrl().get();
      if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
        throw new SettingsException(prefix(name) + "jwks-url", "must be an http or https address");
      }
      return () -> http.fetch(url, config.jwksTimeout());
    }
    Path file = config.jwksFile().orElseThrow();
    return () -> CompletableFuture.supplyAsync(() -> read(file), blocking);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String prefix(String name) {
    return "parley.token.callers.\"" + name + "\".";
  }
}
