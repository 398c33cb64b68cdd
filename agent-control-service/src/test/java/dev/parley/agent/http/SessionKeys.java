package dev.parley.agent.http;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A key as token-service has one, made for this run; and a folder with scenes. Tests read the
 * private part as configuration, because this object lives in another class loader than they do.
 */
public final class SessionKeys implements QuarkusTestResourceLifecycleManager {
  static final String PRIVATE_KEY = "test.session-key";
  static final String OTHER_KEY = "test.other-key";

  /** An argument with which applications have no credentials. */
  static final String NO_CREDENTIALS = "no-credentials";

  private @Nullable Path folder;
  private boolean credentials = true;

  @Override
  public void init(Map<String, String> arguments) {
    credentials = !arguments.containsKey(NO_CREDENTIALS);
  }

  @Override
  public Map<String, String> start() {
    try {
      EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      key.setKeyId("test");
      EllipticCurveJsonWebKey other = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      other.setKeyId("test");
      Path made = Files.createTempDirectory("parley-agent");
      folder = made;
      Path keys = made.resolve("jwks.json");
      Files.writeString(keys, new JsonWebKeySet(key).toJson());
      Path scenes = Files.createDirectory(made.resolve("scenes"));
      Files.writeString(
          scenes.resolve("sales.yaml"),
          "title: Sales\nbody: {Config: {LLMConfig: {APIKey: '${secret:ark}'}}}\n");
      Files.writeString(
          scenes.resolve("newer.yaml"),
          "version: '2025-06-01'\nparticipants: true\nbody: {Config: {}}\n");
      Map<String, String> settings = new HashMap<>();
      settings.put("mp.jwt.verify.publickey.location", keys.toUri().toString());
      settings.put(PRIVATE_KEY, key.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
      settings.put(OTHER_KEY, other.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
      settings.put("parley.agent.scenes.directory", scenes.toString());
      settings.put("parley.agent.secrets.ark", "sk-1");
      settings.put("parley.agent.apps.default.app-id", Tokens.APP);
      settings.put("parley.agent.apps.newer.app-id", Tokens.NEWER_APP);
      settings.put("parley.agent.apps.newer.version", "2025-06-01");
      if (credentials) {
        for (String app : List.of("default", "newer")) {
          settings.put("parley.agent.apps." + app + ".access-key-id", "AKLTtest");
          settings.put("parley.agent.apps." + app + ".secret-access-key", "topsecretkey");
        }
      }
      settings.put("parley.agent.tasks.join-deadline", "60s");
      settings.put("parley.agent.cloud.backoff", "50ms");
      settings.put("parley.agent.cloud.quota-per-second", "1200");
      settings.put("parley.agent.worker.session-timeout", "6s");
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop() {
    if (folder == null) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
