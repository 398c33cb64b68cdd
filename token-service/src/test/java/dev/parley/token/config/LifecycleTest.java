package dev.parley.token.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.MutableClock;
import dev.parley.token.AppKey;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import dev.parley.token.audit.AwaitedAudit;
import dev.parley.token.session.SessionKeys;
import dev.parley.token.support.TestIssuer;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // Set before each test.
class LifecycleTest {
  private static final String OLD_KEY = "0123456789abcdef0123456789abcdef";
  private static final String NEW_KEY = "fedcba9876543210fedcba9876543210";

  private static final Duration OVERLAP = Duration.ofMinutes(15);

  private final Vertx vertx = Vertx.vertx();
  private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T12:00:00Z"));

  @TempDir Path directory;

  private Path keyFile;
  private Apps apps;
  private SessionKeys sessionKeys;
  private Lifecycle lifecycle;

  @BeforeEach
  void build() throws Exception {
    keyFile = Files.writeString(directory.resolve("app.key"), OLD_KEY);
    Path sessions = directory.resolve("session");
    TokenServiceConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(TokenServiceConfig.class)
            .withSources(
                new PropertiesConfigSource(
                    Map.of(
                        "parley.token.apps.\"default\".app-id", "123456781234567812345678",
                        "parley.token.apps.\"default\".app-key-file", keyFile.toString(),
                        "parley.token.session.key-directory", sessions.toString(),
                        "parley.token.session.generate", "true",
                        "parley.token.urls.room-gateway", "https://gateway.example.com",
                        "parley.token.urls.agent-control", "https://agents.example.com"),
                    "test",
                    100))
            .build()
            .getConfigMapping(TokenServiceConfig.class);
    apps = new Apps(new AppLoader(config).load());
    sessionKeys =
        new SessionKeys(
            new SessionKeyLoader(config.session(), clock).load(), OVERLAP, Optional.empty(), clock);
    lifecycle =
        new Lifecycle(
            config,
            apps,
            sessionKeys,
            new AwaitedAudit(records -> CompletableFuture.completedStage(null)),
            vertx,
            clock);
  }

  @AfterEach
  void close() {
    vertx.close();
  }

  private AppKey current() {
    return apps.named(null).map(App::keys).orElseThrow().current();
  }

  @Test
  void takesNewKeysWithoutARestart() throws Exception {
    // Given
    Files.writeString(keyFile, NEW_KEY);
    Files.writeString(directory.resolve("session/readme.txt"), "no key");

    // When
    lifecycle.reload();

    // Then
    assertThat(current()).isEqualTo(new AppKey(NEW_KEY));
    assertThat(sessionKeys.count()).isEqualTo(1);
    assertThat(lifecycle.reloadProblem()).isEmpty();
  }

  @Test
  void keepsItsKeysWhenAFileBecomesUnusableAndSaysSo() throws Exception {
    // Given
    Files.writeString(keyFile, "half of the k");

    // When
    lifecycle.reload();

    // Then
    assertThat(current()).isEqualTo(new AppKey(OLD_KEY));
    assertThat(lifecycle.reloadProblem())
        .contains(
            "parley.token.apps.\"default\".app-key-file must hold 32 letters and digits, holds 13"
                + " characters");
  }

  @Test
  void takesAFileThatWasMended() throws Exception {
    // Given
    Files.writeString(keyFile, "half of the k");
    lifecycle.reload();
    Files.writeString(keyFile, NEW_KEY);

    // When
    lifecycle.reload();

    // Then
    assertThat(current()).isEqualTo(new AppKey(NEW_KEY));
    assertThat(lifecycle.reloadProblem()).isEmpty();
  }

  /** Puts a usable session key of that name into the folder; its key id. */
  private String addSessionKey(String name) throws Exception {
    PublicJsonWebKey key = TestIssuer.newKey("ignored");
    Files.writeString(
        directory.resolve("session/" + name + ".json"),
        key.toJson(OutputControlLevel.INCLUDE_PRIVATE));
    return key.calculateBase64urlEncodedThumbprint("SHA-256");
  }

  @Test
  void aSecondSessionKeyIsPublishedAtOnceAndSignsLater() throws Exception {
    // Given
    String former = sessionKeys.signing().keyId();
    clock.advance(Duration.ofDays(1));

    // When
    String added = addSessionKey("session-9999");
    lifecycle.reload();

    // Then
    assertThat(sessionKeys.jwks()).contains(former, added);
    assertThat(sessionKeys.signing().keyId()).isEqualTo(former);
    clock.advance(OVERLAP);
    assertThat(sessionKeys.signing().keyId()).isEqualTo(added);
  }

  @Test
  void aBrokenAppKeyDoesNotHoldUpSessionKeys() throws Exception {
    // Given
    Files.writeString(keyFile, "half of the k");
    String added = addSessionKey("session-9999");

    // When
    lifecycle.reload();

    // Then
    assertThat(current()).isEqualTo(new AppKey(OLD_KEY));
    assertThat(sessionKeys.jwks()).contains(added);
    assertThat(lifecycle.reloadProblem()).isPresent();
  }

  @Test
  void aBrokenSessionKeyDoesNotHoldUpAppKeysAndItIsSaid() throws Exception {
    // Given
    Files.writeString(keyFile, NEW_KEY);
    Path broken = Files.writeString(directory.resolve("session/broken.json"), "{}");
    String sentence =
        "parley.token.session.key-directory holds "
            + broken
            + ", which must hold a private JWK, or PKCS#8 and public PEM";

    // When
    lifecycle.reload();

    // Then
    assertThat(current()).isEqualTo(new AppKey(NEW_KEY));
    assertThat(sessionKeys.count()).isEqualTo(1);
    assertThat(lifecycle.reloadProblem()).contains(sentence);
  }

  @Test
  void everyKindOfBrokenFileIsSaid() throws Exception {
    // Given
    Files.writeString(keyFile, "half of the k");
    Files.writeString(directory.resolve("session/broken.json"), "{}");

    // When
    lifecycle.reload();

    // Then
    assertThat(lifecycle.reloadProblem().orElseThrow())
        .contains("app-key-file must hold", "; parley.token.session.key-directory holds ");
  }
}
