package dev.parley.token.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.kit.session.Role;
import dev.parley.testkit.MutableClock;
import dev.parley.token.caller.CallerCheck.Reason;
import dev.parley.token.caller.CallerVerifier.Memory;
import dev.parley.token.caller.CallerVerifier.Trusted;
import dev.parley.token.support.TestIssuer;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An identity provider, a clock and the verifier that trusts the one by the other. */
abstract class CallerChecks {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  static final Duration SKEW = Duration.ofSeconds(30);
  static final IssuerKeys.Ages AGES =
      new IssuerKeys.Ages(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(5));

  static final Memory MEMORY = new Memory(20, Duration.ofMinutes(5));

  final MutableClock clock = new MutableClock(NOW);
  final TestIssuer idp = new TestIssuer("https://idp.example.com");
  final AtomicInteger fetches = new AtomicInteger();
  boolean idpAnswers = true;
  final CallerVerifier verifier =
      verifier(provider(idp, "", Optional.empty()), this::publishedKeys);

  CompletionStage<String> publishedKeys() {
    fetches.incrementAndGet();
    return idpAnswers
        ? CompletableFuture.completedStage(idp.jwks())
        : CompletableFuture.failedStage(new IllegalStateException("down"));
  }

  CallerVerifier verifier(IdentityProvider provider, Supplier<CompletionStage<String>> source) {
    return new CallerVerifier(
        List.of(new Trusted(provider, new IssuerKeys(provider.name(), source, clock, AGES))),
        clock,
        MEMORY);
  }

  static IdentityProvider provider(TestIssuer idp, String prefix, Optional<Role> defaultRole) {
    return provider(idp, prefix, defaultRole, Set.of("ES256"));
  }

  static IdentityProvider provider(TestIssuer idp, Set<String> algorithms) {
    return provider(idp, "", Optional.empty(), algorithms);
  }

  private static IdentityProvider provider(
      TestIssuer idp, String prefix, Optional<Role> defaultRole, Set<String> algorithms) {
    return new IdentityProvider(
        "main",
        idp.issuer(),
        Set.of(TestIssuer.AUDIENCE),
        algorithms,
        "sub",
        prefix,
        "realm/roles",
        Map.of("staff", Role.OPERATOR, "user", Role.PARTICIPANT),
        defaultRole,
        "rooms",
        SKEW);
  }

  static CallerCheck now(CompletionStage<CallerCheck> check) {
    return check.toCompletableFuture().getNow(new CallerCheck.KeysUnavailable("not done"));
  }

  CallerCheck check(String jwt) {
    return now(verifier.verify(jwt));
  }

  static void assertRefused(CallerCheck check, Reason reason) {
    assertThat(check)
        .isInstanceOfSatisfying(
            CallerCheck.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  static String encode(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }

  /** Signed by a forger's wishes, or by a key of another kind. */
  String signedAs(String algorithm, String keyId, Key key) {
    return TestIssuer.sign(
        idp.claims(NOW, "alice"),
        jws -> {
          jws.setAlgorithmHeaderValue(algorithm);
          jws.setKeyIdHeaderValue(keyId);
          jws.setKey(key);
        });
  }
}
