package dev.parley.token.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.AppId;
import dev.parley.kit.config.SettingsException;
import dev.parley.kit.session.Role;
import dev.parley.token.AppKey;
import dev.parley.token.Privilege;
import dev.parley.token.RoomPattern;
import dev.parley.token.app.App;
import dev.parley.token.caller.CallerVerifier.Trusted;
import dev.parley.token.http.BoundedClient;
import dev.parley.token.http.HttpJwks;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final String APP = "parley.token.apps.\"default\".";
  private static final String CALLER = "parley.token.callers.\"main\".";
  private static final String PARTNER = "parley.token.callers.\"partner\".";
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final String OTHER_KEY = "fedcba9876543210fedcba9876543210";

  @TempDir Path directory;

  private Map<String, String> required() {
    Map<String, String> settings = new HashMap<>();
    settings.put(APP + "app-id", "123456781234567812345678");
    settings.put(APP + "app-key", KEY);
    settings.put(CALLER + "issuer", "https://idp.example.com");
    settings.put(CALLER + "jwks-url", "https://idp.example.com/jwks");
    settings.put(CALLER + "audiences", "parley");
    settings.put("parley.token.session.key-directory", directory.toString());
    settings.put("parley.token.urls.room-gateway", "https://gateway.example.com");
    settings.put("parley.token.urls.agent-control", "https://agents.example.com");
    return settings;
  }

  private static TokenServiceConfig config(Map<String, String> settings) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(TokenServiceConfig.class)
            .withSources(new PropertiesConfigSource(settings, "test", 100))
            .build();
    return config.getConfigMapping(TokenServiceConfig.class);
  }

  private static List<App> apps(Map<String, String> settings) {
    return new AppLoader(config(settings)).load();
  }

  @Test
  void theDefaults() {
    // When
    TokenServiceConfig config = config(required());

    // Then
    TokenServiceConfig.AppConfig app = Objects.requireNonNull(config.apps().get("default"));
    assertThat(app.defaultTtl()).isEqualTo(Duration.ofHours(24));
    assertThat(app.maxTtl()).isEqualTo(Duration.ofHours(24));
    assertThat(app.minTtl()).isEqualTo(Duration.ofMinutes(2));
    assertThat(app.allowedPrivileges()).containsExactly("publish", "subscribe");
    assertThat(app.defaultPrivileges()).containsExactly("publish", "subscribe");
    assertThat(app.openRooms()).isEmpty();
    assertThat(app.callers()).isEmpty();
    TokenServiceConfig.CallerConfig caller = Objects.requireNonNull(config.callers().get("main"));
    assertThat(caller.algorithms()).containsExactlyInAnyOrder("ES256", "RS256");
    assertThat(caller.userClaim()).isEqualTo("sub");
    assertThat(caller.userPrefix()).isEmpty();
    assertThat(caller.rolesClaim()).isEqualTo("groups");
    assertThat(caller.roles()).isEmpty();
    assertThat(caller.defaultRole()).isEmpty();
    assertThat(caller.roomsClaim()).isEqualTo("rooms");
    assertThat(caller.clockSkew()).isEqualTo(Duration.ofSeconds(30));
    assertThat(caller.jwksTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(caller.jwksRefresh()).isEqualTo(Duration.ofMinutes(5));
    assertThat(caller.jwksTrust()).isEqualTo(Duration.ofHours(1));
    assertThat(caller.jwksPause()).isEqualTo(Duration.ofSeconds(5));
    assertThat(caller.development()).isFalse();
    assertThat(config.callerMemory().size()).isEqualTo(10_000);
    assertThat(config.callerMemory().lifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.session().generate()).isFalse();
    assertThat(config.session().signingKey()).isEmpty();
    assertThat(config.session().overlap()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.session().ttl()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.session().issuer()).isEqualTo("parley-token-service");
    assertThat(config.session().audiences())
        .containsExactly("parley-agent-control", "parley-room-gateway");
    assertThat(config.session().jwksMaxAge()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.policy().otherUserRoles()).containsExactly(Role.OPERATOR);
    assertThat(config.policy().everyRoomRoles()).containsExactly(Role.OPERATOR);
    assertThat(config.policy().freshRooms()).isTrue();
    assertThat(config.policy().hook().url()).isEmpty();
    assertThat(config.policy().hook().timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.limits().callerRequests()).isEqualTo(120);
    assertThat(config.limits().operatorRequests()).isEqualTo(6000);
    assertThat(config.limits().userRequests()).isEqualTo(120);
    assertThat(config.limits().period()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.audit().whenKafkaIsDown())
        .isEqualTo(TokenServiceConfig.WhenKafkaIsDown.BUFFER);
    assertThat(config.audit().maxBuffered()).isEqualTo(10_000);
    assertThat(config.audit().gather()).isEqualTo(Duration.ofMillis(20));
    assertThat(config.crypto()).isEqualTo(TokenServiceConfig.CryptoKind.NATIVE);
    assertThat(config.audit().drainTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.reloadEvery()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.maxBatch()).isEqualTo(100);
  }

  @Test
  void everyKeyOfAnAppIsTaken() {
    // Given
    Map<String, String> settings = required();
    settings.put(APP + "previous-app-key", OTHER_KEY);
    settings.put(APP + "default-ttl", "30m");
    settings.put(APP + "max-ttl", "12h");
    settings.put(APP + "min-ttl", "5m");
    settings.put(APP + "allowed-privileges", "publishAudio,subscribe");
    settings.put(APP + "default-privileges", "subscribe");
    settings.put(APP + "open-rooms", "lobby,demo-*");
    settings.put(APP + "callers", "main");

    // When
    App app = apps(settings).get(0);

    // Then
    assertThat(app.name()).isEqualTo("default");
    assertThat(app.id()).isEqualTo(new AppId("123456781234567812345678"));
    assertThat(app.keys().current()).isEqualTo(new AppKey(KEY));
    assertThat(app.keys().previous()).isEqualTo(new AppKey(OTHER_KEY));
    assertThat(app.defaultTtl()).isEqualTo(Duration.ofMinutes(30));
    assertThat(app.maxTtl()).isEqualTo(Duration.ofHours(12));
    assertThat(app.minTtl()).isEqualTo(Duration.ofMinutes(5));
    assertThat(app.allowedPrivileges())
        .containsExactlyInAnyOrder(Privilege.PUBLISH_AUDIO, Privilege.SUBSCRIBE);
    assertThat(app.defaultPrivileges()).containsExactly(Privilege.SUBSCRIBE);
    assertThat(app.openRooms())
        .containsExactly(new RoomPattern("lobby"), new RoomPattern("demo-*"));
    assertThat(app.issuers()).containsExactly("main");
    assertThat(app.toString()).doesNotContain(KEY).doesNotContain(OTHER_KEY);
  }

  @Test
  void everyOtherKeyIsTaken() {
    // Given
    Map<String, String> settings = required();
    settings.put(CALLER + "algorithms", "EdDSA");
    settings.put(CALLER + "user-claim", "email");
    settings.put(CALLER + "user-prefix", "corp.");
    settings.put(CALLER + "roles-claim", "realm_access/roles");
    settings.put(CALLER + "roles.\"rtc-admin\"", "operator");
    settings.put(CALLER + "default-role", "participant");
    settings.put(CALLER + "rooms-claim", "rtc_rooms");
    settings.put(CALLER + "clock-skew", "5s");
    settings.put(CALLER + "development", "true");
    settings.put("parley.token.caller-memory.size", "7");
    settings.put("parley.token.session.generate", "true");
    settings.put("parley.token.session.signing-key", "2026-01");
    settings.put("parley.token.session.overlap", "1h");
    settings.put("parley.token.session.ttl", "5m");
    settings.put("parley.token.session.issuer", "another");
    settings.put("parley.token.session.audiences", "one");
    settings.put("parley.token.session.jwks-max-age", "1m");
    settings.put("parley.token.policy.other-user-roles", "operator,participant");
    settings.put("parley.token.policy.fresh-rooms", "false");
    settings.put("parley.token.policy.hook.url", "https://policy.example.com");
    settings.put("parley.token.policy.hook.token", "secret");
    settings.put("parley.token.limits.caller-requests", "1");
    settings.put("parley.token.audit.when-kafka-is-down", "refuse");
    settings.put("parley.token.max-batch", "2");
    settings.put(CALLER + "jwks-timeout", "1s");
    settings.put(CALLER + "jwks-refresh", "2s");
    settings.put(CALLER + "jwks-trust", "3s");
    settings.put(CALLER + "jwks-pause", "4s");
    settings.put("parley.token.caller-memory.lifetime", "5s");
    settings.put("parley.token.policy.every-room-roles", "participant");
    settings.put("parley.token.policy.hook.timeout", "6s");
    settings.put("parley.token.limits.operator-requests", "7");
    settings.put("parley.token.limits.user-requests", "8");
    settings.put("parley.token.limits.period", "9s");
    settings.put("parley.token.audit.max-buffered", "10");
    settings.put("parley.token.audit.gather", "11ms");
    settings.put("parley.token.audit.drain-timeout", "12s");
    settings.put("parley.token.reload-every", "13s");
    settings.put("parley.token.crypto", "java");

    // When
    TokenServiceConfig config = config(settings);

    // Then
    TokenServiceConfig.CallerConfig caller = Objects.requireNonNull(config.callers().get("main"));
    assertThat(caller.algorithms()).containsExactly("EdDSA");
    assertThat(caller.userClaim()).isEqualTo("email");
    assertThat(caller.userPrefix()).contains("corp.");
    assertThat(caller.rolesClaim()).isEqualTo("realm_access/roles");
    assertThat(caller.roles()).isEqualTo(Map.of("rtc-admin", Role.OPERATOR));
    assertThat(caller.defaultRole()).contains(Role.PARTICIPANT);
    assertThat(caller.roomsClaim()).isEqualTo("rtc_rooms");
    assertThat(caller.clockSkew()).isEqualTo(Duration.ofSeconds(5));
    assertThat(caller.development()).isTrue();
    assertThat(config.callerMemory().size()).isEqualTo(7);
    assertThat(config.session().generate()).isTrue();
    assertThat(config.session().signingKey()).contains("2026-01");
    assertThat(config.session().overlap()).isEqualTo(Duration.ofHours(1));
    assertThat(config.session().ttl()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.session().issuer()).isEqualTo("another");
    assertThat(config.session().audiences()).containsExactly("one");
    assertThat(config.session().jwksMaxAge()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.policy().otherUserRoles()).isEqualTo(Set.of(Role.OPERATOR, Role.PARTICIPANT));
    assertThat(config.policy().freshRooms()).isFalse();
    assertThat(config.policy().hook().url()).contains(URI.create("https://policy.example.com"));
    assertThat(config.policy().hook().token().orElseThrow().reveal()).isEqualTo("secret");
    assertThat(config.policy().hook().token().orElseThrow()).hasToString("****");
    assertThat(config.limits().callerRequests()).isEqualTo(1);
    assertThat(config.audit().whenKafkaIsDown())
        .isEqualTo(TokenServiceConfig.WhenKafkaIsDown.REFUSE);
    assertThat(config.maxBatch()).isEqualTo(2);
    assertThat(caller.jwksTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(caller.jwksRefresh()).isEqualTo(Duration.ofSeconds(2));
    assertThat(caller.jwksTrust()).isEqualTo(Duration.ofSeconds(3));
    assertThat(caller.jwksPause()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.callerMemory().lifetime()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.policy().everyRoomRoles()).containsExactly(Role.PARTICIPANT);
    assertThat(config.policy().hook().timeout()).isEqualTo(Duration.ofSeconds(6));
    assertThat(config.limits().operatorRequests()).isEqualTo(7);
    assertThat(config.limits().userRequests()).isEqualTo(8);
    assertThat(config.limits().period()).isEqualTo(Duration.ofSeconds(9));
    assertThat(config.audit().maxBuffered()).isEqualTo(10);
    assertThat(config.audit().gather()).isEqualTo(Duration.ofMillis(11));
    assertThat(config.audit().drainTimeout()).isEqualTo(Duration.ofSeconds(12));
    assertThat(config.reloadEvery()).isEqualTo(Duration.ofSeconds(13));
    assertThat(config.crypto()).isEqualTo(TokenServiceConfig.CryptoKind.JAVA);
  }

  @Test
  void theEnvironmentNamesAnAppToo() {
    // Given
    Map<String, String> settings = required();
    settings.keySet().removeIf(name -> name.startsWith("parley.token.apps"));

    // When
    TokenServiceConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(TokenServiceConfig.class)
            .withSources(
                new PropertiesConfigSource(settings, "test", 100),
                new EnvConfigSource(
                    Map.of(
                        "PARLEY_TOKEN_APPS__DEFAULT__APP_ID",
                        "123456781234567812345678",
                        "PARLEY_TOKEN_APPS__DEFAULT__APP_KEY",
                        KEY),
                    300))
            .build()
            .getConfigMapping(TokenServiceConfig.class);

    // Then
    assertThat(new AppLoader(config).load())
        .singleElement()
        .satisfies(app -> assertThat(app.name()).isEqualTo("default"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app-key||parley.token.apps.\"default\".app-key is missing: set it or app-key-file",
        "app-key|short|parley.token.apps.\"default\".app-key must hold 32 letters and digits, holds 5 characters",
        "app-id|123|parley.token.apps.\"default\".app-id is malformed: appId must have 24 characters, has 3",
        "app-key-file|/nowhere/key|parley.token.apps.\"default\".app-key and app-key-file must not both be set",
        "min-ttl|60s|parley.token.apps.\"default\".min-ttl must be at least 120s",
        "default-ttl|48h|parley.token.apps.\"default\".* is malformed: default-ttl must not exceed max-ttl",
        "default-ttl|1s|parley.token.apps.\"default\".* is malformed: default-ttl must be at least PT2M",
        "allowed-privileges|all|parley.token.apps.\"default\".allowed-privileges is malformed: privilege must be one of publish, publishAudio, publishVideo, publishData, subscribe",
        "allowed-privileges|subscribe|parley.token.apps.\"default\".* is malformed: default-privileges must be among allowed-privileges",
        "default-ttl|PT200.5S|parley.token.apps.\"default\".default-ttl must be whole seconds, is PT3M20.5S",
        "max-ttl|PT90000.001S|parley.token.apps.\"default\".max-ttl must be whole seconds, is PT25H0.001S",
        "min-ttl|PT130.5S|parley.token.apps.\"default\".min-ttl must be whole seconds, is PT2M10.5S",
        "max-ttl|3651d|parley.token.apps.\"default\".max-ttl must be at most 87600h",
        "callers|other|parley.token.apps.\"default\".callers names other, which parley.token.callers does not"
      })
  void theStartFailsWithASentenceThatNamesTheSetting(String key, String value, String sentence) {
    // Given
    Map<String, String> settings = required();
    if (value == null) {
      settings.remove(APP + key);
    } else {
      settings.put(APP + key, value);
    }

    // Then
    assertThatThrownBy(() -> apps(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "caller-memory.size|-1|must be at least 0, is -1",
        "caller-memory.lifetime|0s|must be at least 1 ms, is PT0S",
        "reload-every|0s|must be at least 1 ms, is PT0S",
        "max-batch|0|must be at least 1, is 0",
        "audit.max-buffered|-1|must be at least 1, is -1",
        "audit.max-buffered|0|must be at least 1, is 0",
        "audit.gather|PT-1S|must not be negative, is PT-1S",
        "policy.hook.timeout|0s|must be at least 1 ms, is PT0S",
        "callers.\"main\".jwks-timeout|0s|must be at least 1 ms, is PT0S",
        "session.overlap|4m|must be at least session.jwks-max-age (PT5M), is PT4M: readers of the JWKS would not know a key that signs"
      })
  void theStartNamesANumberThatCannotBeUsed(String key, String value, String sentence) {
    // Given
    Map<String, String> settings = required();
    settings.put("parley.token." + key, value);
    TokenServiceConfig config = config(settings);

    // Then
    assertThatThrownBy(() -> new Wiring(config))
        .isInstanceOf(SettingsException.class)
        .hasMessage("parley.token." + key + " " + sentence);
  }

  @Test
  void theLeastNumbersCanBeUsed() {
    // Given
    Map<String, String> settings = required();
    settings.put("parley.token.caller-memory.size", "0");
    settings.put("parley.token.audit.max-buffered", "1");
    settings.put("parley.token.audit.gather", "0s");
    settings.put("parley.token.session.overlap", "5m");
    settings.put(APP + "max-ttl", "3650d");
    TokenServiceConfig config = config(settings);

    // Then
    assertThatCode(() -> new Wiring(config)).doesNotThrowAnyException();
    assertThat(apps(settings).get(0).maxTtl()).isEqualTo(Duration.ofDays(3650));
  }

  private static List<Trusted> callers(Map<String, String> settings) {
    Vertx vertx = Vertx.vertx();
    try {
      return new CallerLoader(
              config(settings).callers(),
              new HttpJwks(new BoundedClient(vertx)),
              Runnable::run,
              Clock.systemUTC())
          .load();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "issuer|' '|* is malformed: issuer must not be blank",
        "algorithms|HS256|* is malformed: algorithms must be some of ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512",
        "jwks-url||jwks-url or jwks-file must be set, one of the two",
        "jwks-file|/keys.json|jwks-url or jwks-file must be set, one of the two",
        "jwks-url|ftp://idp.example.com/jwks|jwks-url must be an http or https address",
        "jwks-url|/jwks|jwks-url must be an http or https address"
      })
  void theStartNamesTheSettingOfAnIdentityProvider(String key, String value, String sentence) {
    // Given
    Map<String, String> settings = required();
    if (value == null) {
      settings.remove(CALLER + key);
    } else {
      settings.put(CALLER + key, value);
    }

    // Then
    assertThatThrownBy(() -> callers(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessage(CALLER + sentence);
  }

  @Test
  void theStartFailsWithoutAnIdentityProvider() {
    // Given
    Map<String, String> settings = required();
    settings.keySet().removeIf(name -> name.startsWith("parley.token.callers"));

    // Then
    assertThatThrownBy(() -> callers(settings))
        .hasMessage(
            "parley.token.callers.\"NAME\".issuer is missing: configure at least one identity"
                + " provider");
  }

  private Map<String, String> twoProviders() {
    Map<String, String> settings = required();
    settings.put(PARTNER + "issuer", "https://partner.example.com");
    settings.put(PARTNER + "jwks-url", "https://partner.example.com/jwks");
    settings.put(PARTNER + "audiences", "parley");
    return settings;
  }

  @Test
  void twoIdentityProvidersWithOneIssuerAreRefused() {
    // Given
    Map<String, String> settings = twoProviders();
    settings.put(PARTNER + "issuer", "https://idp.example.com");

    // Then
    assertThatThrownBy(() -> callers(settings))
        .hasMessageEndingWith("\".issuer is the issuer of another identity provider too");
  }

  @ParameterizedTest
  @CsvSource({",", "corp., corp.", ", partner.", "corp., corp.partner."})
  void saysThatUsersOfTwoIdentityProvidersCanMeet(
      @Nullable String prefix, @Nullable String otherPrefix) {
    // Given
    Map<String, String> settings = twoProviders();
    if (prefix != null) {
      settings.put(CALLER + "user-prefix", prefix);
    }
    if (otherPrefix != null) {
      settings.put(PARTNER + "user-prefix", otherPrefix);
    }

    // Then
    assertThat(SharedUsers.sentences(config(settings)))
        .containsExactly(
            "parley.token.callers.main and partner: a user of one can bear the user id of a user of"
                + " the other; give both a user-prefix, neither the beginning of the other");
    settings.put(CALLER + "user-prefix", "main.");
    settings.put(PARTNER + "user-prefix", "partner.");
    assertThat(SharedUsers.sentences(config(settings))).isEmpty();
  }

  @Test
  void usersOfProvidersWithoutACommonAppCannotMeet() {
    // Given
    Map<String, String> settings = twoProviders();
    settings.put(APP + "callers", "main");
    settings.put("parley.token.apps.\"other\".app-id", "876543218765432187654321");
    settings.put("parley.token.apps.\"other\".app-key", KEY);
    settings.put("parley.token.apps.\"other\".callers", "partner");

    // Then
    assertThat(SharedUsers.sentences(config(settings))).isEmpty();
  }

  @Test
  void theStartFailsWithoutAnApp() {
    // Given
    Map<String, String> settings = required();
    settings.keySet().removeIf(name -> name.startsWith("parley.token.apps"));

    // Then
    assertThatThrownBy(() -> apps(settings))
        .hasMessage(
            "parley.token.apps.\"default\".app-id is missing: configure at least one application");
  }

  @Test
  void aMissingRequiredSettingIsNamed() {
    // Given
    Map<String, String> settings = required();
    settings.remove("parley.token.session.key-directory");

    // Then
    assertThatThrownBy(() -> config(settings))
        .hasMessageContaining("parley.token.session.key-directory");
  }

  @Test
  void anAppKeyFileIsReadAgain() throws Exception {
    // Given
    Path file = directory.resolve("app.key");
    Files.writeString(file, KEY + "\n");
    Map<String, String> settings = required();
    settings.remove(APP + "app-key");
    settings.put(APP + "app-key-file", file.toString());
    settings.put(APP + "previous-app-key-file", directory.resolve("previous.key").toString());
    AppLoader loader = new AppLoader(config(settings));
    assertThat(loader.load().get(0).keys().current()).isEqualTo(new AppKey(KEY));

    // When
    Files.writeString(file, OTHER_KEY);
    Files.writeString(directory.resolve("previous.key"), KEY);

    // Then
    assertThat(loader.load().get(0).keys().current()).isEqualTo(new AppKey(OTHER_KEY));
    assertThat(loader.load().get(0).keys().previous()).isEqualTo(new AppKey(KEY));
    Files.delete(file);
    assertThatThrownBy(loader::load).hasMessage(APP + "app-key-file cannot be read: " + file);
  }

  @Test
  void sessionKeysAreMadeOnlyWhenAskedFor() throws IOException {
    // Given
    Map<String, String> settings = required();
    SessionKeyLoader strict = new SessionKeyLoader(config(settings).session(), Clock.systemUTC());
    assertThatThrownBy(strict::load)
        .hasMessageStartingWith("parley.token.session.key-directory holds no key");
    settings.put("parley.token.session.generate", "true");
    SessionKeyLoader making = new SessionKeyLoader(config(settings).session(), Clock.systemUTC());

    // When
    String made = making.load().get(0).keyId();

    // Then
    assertThat(strict.load())
        .singleElement()
        .satisfies(key -> assertThat(key.keyId()).isEqualTo(made));
    Files.writeString(directory.resolve("broken.json"), "{}");
    assertThatThrownBy(strict::load)
        .hasMessage(
            "parley.token.session.key-directory holds "
                + directory.resolve("broken.json")
                + ", which must hold a private JWK, or PKCS#8 and public PEM");
  }
}
