package dev.parley.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.cloud.CloudAccess;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.agent.scene.Callbacks;
import dev.parley.agent.signing.Credentials;
import dev.parley.events.id.AppId;
import dev.parley.kit.config.SettingsException;
import dev.parley.kit.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The configured applications, by AppId. */
public final class Applications {
  private static final Logger LOG = Logger.getLogger(Applications.class);
  private static final String PREFIX = "parley.agent.apps.";

  /**
   * One application.
   *
   * @param dailyBudget empty where agents are not bounded
   * @param callbacks empty where the gateway, the callback key or the signature is not configured,
   *     and where nothing is started
   */
  public record Application(
      String name,
      AppId appId,
      String account,
      CloudAccess access,
      Optional<Duration> dailyBudget,
      Optional<Callbacks> callbacks) {}

  private final Map<AppId, Application> byId = new LinkedHashMap<>();

  /**
   * Checks the configuration.
   *
   * @param roles only a worker calls the cloud, and needs credentials
   * @throws SettingsException names the key that is missing or wrong
   */
  public Applications(
      Map<String, AgentControlConfig.App> apps, Optional<URI> gatewayUrl, Set<RoleName> roles) {
    boolean calls = roles.contains(RoleName.WORKER);
    apps.forEach(
        (name, app) -> {
          Application application =
              new Application(
                  name,
                  app.appId(),
                  app.account(),
                  access(name, app, calls),
                  dailyBudget(name, app),
                  calls ? callbacks(name, app, gatewayUrl) : Optional.empty());
          if (byId.put(app.appId(), application) != null) {
            throw new SettingsException(PREFIX + name + ".app-id", "is configured twice");
          }
        });
  }

  private static CloudAccess access(String name, AgentControlConfig.App app, boolean calls) {
    Supplier<Optional<Credentials>> credentials = credentials(name, app, calls);
    try {
      return new CloudAccess(app.baseUrl(), app.region(), app.version(), credentials);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(PREFIX + name + ".base-url", "must be http(s)://host[:port]");
    }
  }

  /** The account whose quota an application's calls count against; empty where it is unknown. */
  public String account(AppId appId) {
    return find(appId).map(Application::account).orElse("");
  }

  /** The application with that AppId. */
  public Optional<Application> find(AppId appId) {
    return Optional.ofNullable(byId.get(appId));
  }

  private static Optional<Duration> dailyBudget(String name, AgentControlConfig.App app) {
    if (app.dailyBudget().filter(Duration::isNegative).isPresent()) {
      throw new SettingsException(PREFIX + name + ".daily-budget", "must not be negative");
    }
    return app.dailyBudget();
  }

  private static Optional<Callbacks> callbacks(
      String name, AgentControlConfig.App app, Optional<URI> gatewayUrl) {
    if (gatewayUrl.isEmpty() || app.callbackKey().isEmpty() || app.messageSignature().isEmpty()) {
      LOG.warnf(
          "app=%s starts agents without callbacks: gateway-url, callback-key and message-signature"
              + " are needed for them",
          name);
      return Optional.empty();
    }
    return Optional.of(
        new Callbacks(
            gatewayUrl.get(), name, app.callbackKey().get(), app.messageSignature().get()));
  }

  private static Supplier<Optional<Credentials>> credentials(
      String name, AgentControlConfig.App app, boolean calls) {
    if (!calls) {
      return Optional::empty;
    }
    if (app.credentialsFile().isPresent()) {
      return new CredentialsFile(app.credentialsFile().get());
    }
    Optional<Credentials> fixed =
        Optional.of(
            new Credentials(
                app.accessKeyId().orElseThrow(() -> missing(name, "access-key-id")),
                app.secretAccessKey().orElseThrow(() -> missing(name, "secret-access-key")),
                app.securityToken().orElse(null)));
    return () -> fixed;
  }

  private static SettingsException missing(String name, String key) {
    return new SettingsException(PREFIX + name + "." + key, "or credentials-file must be set");
  }

  /** Credentials that somebody else renews; what was read last stays when the file is broken. */
  private static final class CredentialsFile implements Supplier<Optional<Credentials>> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ABSENT = "absent";

    private final Path file;
    private @Nullable Credentials last;
    private @Nullable String readAs;
    private @Nullable String toldBroken;

    CredentialsFile(Path file) {
      this.file = file;
    }

    @Override
    public synchronized Optional<Credentials> get() {
      String stamp = stamp();
      if (last == null || !stamp.equals(readAs)) {
        try {
          last = read();
          readAs = stamp;
          toldBroken = null;
        } catch (IOException | IllegalArgumentException e) {
          // Looked at again by every call, told once: rights may change without the file.
          if (!stamp.equals(toldBroken)) {
            toldBroken = stamp;
            LOG.errorf(
                "credentials file %s cannot be used; the last ones stay", file.getFileName());
          }
        }
      }
      return Optional.ofNullable(last);
    }

    private String stamp() {
      try {
        return Files.getLastModifiedTime(file).toString();
      } catch (IOException e) {
        return ABSENT;
      }
    }

    private Credentials read() throws IOException {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      String token = json.path("securityToken").asText("");
      return new Credentials(
          json.path("accessKeyId").asText(""),
          Secret.of(json.path("secretAccessKey").asText("")),
          token.isEmpty() ? null : Secret.of(token));
    }
  }
}
