package dev.parley.token.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.caller.CallerCheck.Reason;
import dev.parley.token.caller.CallerVerifier.Memory;
import dev.parley.token.caller.CallerVerifier.Trusted;
import dev.parley.token.policy.RoomPattern;
import dev.parley.token.support.MutableClock;
import dev.parley.token.support.TestIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerVerifierTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final IssuerKeys.Ages AGES =
      new IssuerKeys.Ages(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(5));

  private final MutableClock clock = new MutableClock(NOW);
  private final TestIssuer idp = new TestIssuer("https://idp.example.com");
  private final AtomicInteger fetches = new AtomicInteger();
  private boolean idpAnswers = true;
  private final CallerVerifier verifier =
      verifier(provider(idp, "", Optional.empty()), this::publishedKeys);

  private CompletionStage<String> publishedKeys() {
    fetches.incrementAndGet();
    return idpAnswers
        ? CompletableFuture.completedStage(idp.jwks())
        : CompletableFuture.failedStage(new IllegalStateException("down"));
  }

  private CallerVerifier verifier(
      IdentityProvider provider, Supplier<CompletionStage<String>> source) {
    return new CallerVerifier(
        List.of(new Trusted(provider, new IssuerKeys(provider.name(), source, clock, AGES))),
        clock,
        new Memory(100, Duration.ofMinutes(5)));
  }

  private static IdentityProvider provider(
      TestIssuer idp, String prefix, Optional<Role> defaultRole) {
    return new IdentityProvider(
        "main",
        idp.issuer(),
        Set.of(TestIssuer.AUDIENCE),
        Set.of("ES256"),
        "sub",
        prefix,
        "realm/roles",
        Map.of("staff", Role.OPERATOR, "user", Role.PARTICIPANT),
        defaultRole,
        "rooms",
        SKEW);
  }

  private static CallerCheck now(CompletionStage<CallerCheck> check) {
    return check.toCompletableFuture().getNow(new CallerCheck.KeysUnavailable("not done"));
  }

  private CallerCheck check(String jwt) {
    return now(verifier.verify(jwt));
  }

  private static void assertRefused(CallerCheck check, Reason reason) {
    assertThat(check)
        .isInstanceOfSatisfying(
            CallerCheck.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void readsWhoCalls() {
    // Given
    String jwt =
        idp.token(
            NOW,
            claims -> {
              claims.setClaim("realm", Map.of("roles", List.of("staff", "unknown")));
              claims.setStringListClaim("rooms", "demo-*", "lobby");
            },
            "alice");

    // When
    CallerCheck check = check(jwt);

    // Then
    assertThat(check)
        .isEqualTo(
            new CallerCheck.Accepted(
                new Caller(
                    "main",
                    "https://idp.example.com",
                    "alice",
                    Optional.of(new UserId("alice")),
                    Set.of(Role.OPERATOR),
                    List.of(new RoomPattern("demo-*"), new RoomPattern("lobby")),
                    NOW.plusSeconds(600).plus(SKEW))));
  }

  @Test
  void prefixesUsersAndKeepsSubjectsThatAreNoUserIds() {
    // Given
    CallerVerifier prefixed =
        verifier(provider(idp, "corp.", Optional.of(Role.PARTICIPANT)), this::publishedKeys);

    // When
    CallerCheck plain = now(prefixed.verify(idp.token(NOW, "alice")));
    CallerCheck odd = now(prefixed.verify(idp.token(NOW, "auth0|123")));

    // Then
    assertThat(plain)
        .isInstanceOfSatisfying(
            CallerCheck.Accepted.class,
            accepted -> {
              assertThat(accepted.caller().userId()).contains(new UserId("corp.alice"));
              assertThat(accepted.caller().roles()).containsExactly(Role.PARTICIPANT);
            });
    assertThat(odd)
        .isInstanceOfSatisfying(
            CallerCheck.Accepted.class,
            accepted -> {
              assertThat(accepted.caller().subject()).isEqualTo("auth0|123");
              assertThat(accepted.caller().userId()).isEmpty();
            });
  }

  @Test
  void aCallerWithoutAKnownRoleHasNone() {
    assertThat(check(idp.token(NOW, "alice", "operator")))
        .isInstanceOfSatisfying(
            CallerCheck.Accepted.class,
            accepted -> assertThat(accepted.caller().roles()).isEmpty());
  }

  @Test
  void refusesNone() {
    // Given
    String forged =
        TestIssuer.sign(
            idp.claims(NOW, "alice"),
            jws -> {
              jws.setAlgorithmHeaderValue("none");
              jws.setKeyIdHeaderValue("key-1");
            });

    // Then
    assertRefused(check(forged), Reason.ALGORITHM_NOT_ALLOWED);
    assertRefused(
        check(forged.replaceFirst("^[^.]+", encode("{\"alg\":\"None\"}"))),
        Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void refusesThePublicKeyAsSharedSecret() {
    // Given
    byte[] publicKey = idp.signing().getPublicKey().getEncoded();
    String forged =
        TestIssuer.sign(
            idp.claims(NOW, "alice"),
            jws -> {
              jws.setAlgorithmHeaderValue("HS256");
              jws.setKeyIdHeaderValue("key-1");
              jws.setKey(new HmacKey(publicKey));
            });

    // Then
    assertRefused(check(forged), Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void refusesAnAlgorithmOutsideTheListEvenWithAPublishedKey() {
    // Given
    PublicJsonWebKey rsa = TestIssuer.newRsaKey("rsa-1");
    idp.publish(rsa);
    String jwt =
        TestIssuer.sign(
            idp.claims(NOW, "alice"),
            jws -> {
              jws.setAlgorithmHeaderValue("RS256");
              jws.setKeyIdHeaderValue("rsa-1");
              jws.setKey(rsa.getPrivateKey());
            });

    // Then
    assertRefused(check(jwt), Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void refusesAnAlgorithmThatDoesNotFitItsKey() {
    // Given: the header says ES256, the named key is RSA
    PublicJsonWebKey rsa = TestIssuer.newRsaKey("rsa-1");
    idp.publish(rsa);
    String jwt =
        TestIssuer.sign(
            idp.claims(NOW, "alice"),
            jws -> {
              jws.setAlgorithmHeaderValue("ES256");
              jws.setKeyIdHeaderValue("rsa-1");
              jws.setKey(idp.signing().getPrivateKey());
            });

    // Then
    assertRefused(check(jwt), Reason.WRONG_SIGNATURE);
  }

  @Test
  void refusesAKeyThatCameWithTheToken() {
    // Given
    PublicJsonWebKey own = TestIssuer.newKey("key-1");
    String jwt =
        TestIssuer.sign(
            idp.claims(NOW, "alice"),
            jws -> {
              jws.setAlgorithmHeaderValue("ES256");
              jws.setKeyIdHeaderValue("key-1");
              jws.setJwkHeader(own);
              jws.setKey(own.getPrivateKey());
            });

    // Then
    assertRefused(check(jwt), Reason.WRONG_SIGNATURE);
  }

  @Test
  void refusesTouchedClaims() {
    // Given
    String[] parts = idp.token(NOW, "alice").split("\\.", -1);
    JwtClaims mallory = idp.claims(NOW, "mallory");

    // Then
    assertRefused(
        check(parts[0] + "." + encode(mallory.toJson()) + "." + parts[2]), Reason.WRONG_SIGNATURE);
  }

  @Test
  void refusesAnUnknownKeyAndAsksForKeysOnlyAfterAPause() {
    // Given
    PublicJsonWebKey stranger = TestIssuer.newKey("stranger");
    String jwt =
        TestIssuer.sign(
            idp.claims(NOW, "alice"),
            jws -> {
              jws.setAlgorithmHeaderValue("ES256");
              jws.setKeyIdHeaderValue("stranger");
              jws.setKey(stranger.getPrivateKey());
            });

    // When
    for (int i = 0; i < 10; i++) {
      assertRefused(check(jwt), Reason.UNKNOWN_KEY);
    }

    // Then
    assertThat(fetches).hasValue(1);
    clock.advance(AGES.pause());
    assertRefused(check(jwt), Reason.UNKNOWN_KEY);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void refusesAnUnknownIssuer() {
    assertRefused(
        check(new TestIssuer("https://elsewhere.example.com").token(NOW, "alice")),
        Reason.UNKNOWN_ISSUER);
  }

  @Test
  void refusesAnotherAudienceAndNone() {
    assertRefused(
        check(idp.token(NOW, claims -> claims.setAudience("another"), "alice")),
        Reason.WRONG_AUDIENCE);
    assertRefused(
        check(idp.token(NOW, claims -> claims.unsetClaim("aud"), "alice")), Reason.WRONG_AUDIENCE);
  }

  @Test
  void refusesTheExpiredBeyondTheSkew() {
    // Given
    String jwt = idp.token(NOW, "alice");
    clock.advance(Duration.ofMinutes(10).plus(SKEW).minusSeconds(1));
    assertThat(check(jwt)).isInstanceOf(CallerCheck.Accepted.class);

    // When
    clock.advance(Duration.ofSeconds(1));

    // Then
    assertRefused(check(jwt), Reason.EXPIRED);
  }

  @Test
  void refusesTheNotYetValidBeyondTheSkew() {
    assertRefused(
        check(
            idp.token(
                NOW,
                claims -> claims.setNotBefore(NumericDate.fromSeconds(NOW.getEpochSecond() + 31)),
                "alice")),
        Reason.NOT_YET_VALID);
    assertThat(
            check(
                idp.token(
                    NOW,
                    claims ->
                        claims.setNotBefore(NumericDate.fromSeconds(NOW.getEpochSecond() + 30)),
                    "alice")))
        .isInstanceOf(CallerCheck.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "sub"})
  void refusesAMissingClaim(String claim) {
    assertRefused(
        check(idp.token(NOW, claims -> claims.unsetClaim(claim), "alice")), Reason.CLAIMS);
  }

  @Test
  void refusesClaimsOfAnotherShape() {
    assertRefused(
        check(idp.token(NOW, claims -> claims.setClaim("rooms", 7), "alice")), Reason.CLAIMS);
    assertRefused(
        check(idp.token(NOW, claims -> claims.setClaim("rooms", List.of(7)), "alice")),
        Reason.CLAIMS);
    assertRefused(
        check(
            idp.token(
                NOW,
                claims -> claims.setClaim("rooms", Collections.nCopies(101, "room")),
                "alice")),
        Reason.CLAIMS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "a.b.c", "a.b.c.d.e", "e30.e30.", "e30.e30.e30", "!!.e30.AAAA"})
  void refusesWhatIsNoJwt(String text) {
    assertRefused(check(text), Reason.MALFORMED);
  }

  @Test
  void refusesWhatIsTooLong() {
    assertRefused(
        check(idp.token(NOW, claims -> claims.setClaim("pad", "x".repeat(9000)), "alice")),
        Reason.MALFORMED);
  }

  @Property(tries = 300)
  void anyTextIsRefusedAndNeverThrows(@ForAll String text) {
    assertThat(check(text)).isInstanceOf(CallerCheck.Refused.class);
  }

  @Test
  void learnsOfARotatedKeyAndForgetsTheFormer() {
    // Given
    String before = idp.token(NOW, "alice");
    assertThat(check(before)).isInstanceOf(CallerCheck.Accepted.class);
    idp.rotateTo(TestIssuer.newKey("key-2"));
    clock.advance(AGES.pause());

    // When
    CallerCheck after = check(idp.token(NOW, "bob"));

    // Then
    assertThat(after).isInstanceOf(CallerCheck.Accepted.class);
    clock.advance(AGES.pause());
    assertRefused(check(before), Reason.UNKNOWN_KEY);
  }

  @Test
  void remembersAVerifiedTokenWithoutItsKeyFetchedAgain() {
    // Given
    String jwt = idp.token(NOW, "alice");
    check(jwt);

    // When
    for (int i = 0; i < 10; i++) {
      assertThat(check(jwt)).isInstanceOf(CallerCheck.Accepted.class);
    }

    // Then
    assertThat(fetches).hasValue(1);
    assertThat(verifier.rememberedCount()).isEqualTo(1);
  }

  @Test
  void refreshesAgedKeysInTheBackground() {
    // Given
    check(idp.token(NOW, "alice"));
    clock.advance(AGES.refreshAfter().plusSeconds(1));

    // When
    CallerCheck check = check(idp.token(NOW, "bob"));

    // Then
    assertThat(check).isInstanceOf(CallerCheck.Accepted.class);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void failsClosedWhileTheProviderIsDown() {
    // Given
    idpAnswers = false;

    // Then
    assertThat(check(idp.token(NOW, "alice"))).isEqualTo(new CallerCheck.KeysUnavailable("main"));
  }

  @Test
  void doesNotTrustOldKeysForEver() {
    // Given
    Instant later = NOW.plus(AGES.trustFor()).plusSeconds(1);
    String jwt =
        idp.token(
            NOW,
            claims ->
                claims.setExpirationTime(NumericDate.fromSeconds(later.getEpochSecond() + 600)),
            "alice");
    assertThat(check(jwt)).isInstanceOf(CallerCheck.Accepted.class);
    idpAnswers = false;

    // When
    clock.advance(Duration.between(NOW, later));

    // Then
    assertThat(check(jwt)).isEqualTo(new CallerCheck.KeysUnavailable("main"));
  }

  @Test
  void takesNoSymmetricKeyAndNoGarbageForAKeySet() {
    // Given
    CallerVerifier symmetric =
        verifier(
            provider(idp, "", Optional.empty()),
            () ->
                CompletableFuture.completedStage(
                    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"key-1\",\"k\":\"c2VjcmV0c2VjcmV0\"}]}"));
    CallerVerifier garbage =
        verifier(
            provider(idp, "", Optional.empty()),
            () -> CompletableFuture.completedStage("<html></html>"));

    // Then
    assertThat(now(symmetric.verify(idp.token(NOW, "alice"))))
        .isEqualTo(new CallerCheck.KeysUnavailable("main"));
    assertThat(now(garbage.verify(idp.token(NOW, "alice"))))
        .isEqualTo(new CallerCheck.KeysUnavailable("main"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "none", "ES256K"})
  void noSettingAllowsAnAlgorithmThatProvesNothing(String algorithm) {
    assertThatThrownBy(
            () ->
                new IdentityProvider(
                    "main",
                    idp.issuer(),
                    Set.of("parley"),
                    Set.of(algorithm),
                    "sub",
                    "",
                    "groups",
                    Map.of(),
                    Optional.empty(),
                    "rooms",
                    SKEW))
        .hasMessageStartingWith("algorithms must be some of ");
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }
}
