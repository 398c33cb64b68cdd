package dev.parley.token.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Starts the {@link World}, points the service at it, and hands it to the tests. Arguments are
 * settings that a test wants otherwise.
 */
public final class WorldResource implements QuarkusTestResourceLifecycleManager {
  private final World world = new World();
  private Map<String, String> changes = Map.of();

  @Override
  public void init(Map<String, String> arguments) {
    changes = Map.copyOf(arguments);
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> config = new HashMap<>();
    String app = "parley.token.apps.\"default\".";
    config.put(app + "app-id", "123456781234567812345678");
    config.put(app + "app-key", "0123456789abcdef0123456789abcdef");
    config.put(app + "previous-app-key", "ffffffffffffffffffffffffffffffff");
    config.put(app + "open-rooms", "lobby-*");
    config.put(app + "default-ttl", "1h");
    config.put(app + "max-ttl", "2h");
    String listening = "parley.token.apps.\"listening\".";
    config.put(listening + "app-id", "876543218765432187654321");
    config.put(listening + "app-key", "fedcba9876543210fedcba9876543210");
    config.put(listening + "allowed-privileges", "subscribe");
    config.put(listening + "default-privileges", "subscribe");
    config.put(listening + "callers", "main");
    caller(config, "main", world.main());
    caller(config, "partner", world.partner());
    caller(config, "slow", world.slow());
    caller(config, "offline", world.offline());
    config.put("parley.token.callers.\"partner\".user-prefix", "partner.");
    config.put("parley.token.callers.\"slow\".jwks-timeout", "30s");
    config.put("parley.token.session.key-directory", temporary().toString());
    config.put("parley.token.session.generate", "true");
    config.put("parley.token.urls.room-gateway", "https://gateway.example.com");
    config.put("parley.token.urls.agent-control", "https://agents.example.com");
    config.put("parley.token.max-batch", "3");
    config.put("parley.token.limits.caller-requests", "20");
    config.put("parley.token.limits.operator-requests", "1000");
    config.put("parley.token.limits.user-requests", "1000");
    config.put("parley.token.limits.period", "10m");
    config.put("test.hook.url", world.address() + "/hook");
    config.putAll(changes);
    return config;
  }

  private void caller(Map<String, String> config, String name, TestIssuer issuer) {
    String prefix = "parley.token.callers.\"" + name + "\".";
    config.put(prefix + "issuer", issuer.issuer());
    config.put(prefix + "jwks-url", world.address() + "/" + name + "/jwks");
    config.put(prefix + "audiences", TestIssuer.AUDIENCE);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("parley-session-keys");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(world, new TestInjector.MatchesType(World.class));
  }

  @Override
  public void stop() {
    world.close();
  }
}
