package dev.parley.token.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.token.caller.CallerCheck.Reason;
import dev.parley.token.support.TestIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;

class CallerMemoryTest extends CallerChecks {
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
  void aRememberedTokenDoesNotOutliveItsExpiry() {
    // Given: it ends after ten minutes
    String jwt = idp.token(NOW, "alice");
    assertThat(check(jwt)).isInstanceOf(CallerCheck.Accepted.class);

    // When
    clock.advance(Duration.ofMinutes(10).plus(SKEW).plusSeconds(1));

    // Then
    assertRefused(check(jwt), Reason.EXPIRED);
  }

  @Test
  void aRememberedTokenIsRefusedOnceItsKeyIsWithdrawn() {
    // Given
    String jwt = idp.token(NOW, "alice");
    assertThat(check(jwt)).isInstanceOf(CallerCheck.Accepted.class);
    idp.rotateTo(TestIssuer.newKey("key-2"));

    // When: its keys have aged
    clock.advance(AGES.refreshAfter().plusSeconds(1));

    // Then: the very first use is refused
    assertRefused(check(jwt), Reason.UNKNOWN_KEY);
  }

  @Test
  void remembersOnlySoMany() {
    // When
    for (int i = 0; i < 5 * MEMORY.size(); i++) {
      check(idp.token(NOW, "user-" + i));
    }

    // Then
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(verifier.rememberedCount()).isEqualTo((long) MEMORY.size()));
  }

  @Test
  void whoComesWhenKeysHaveAgedWaitsForTheirFetch() {
    // Given
    CompletableFuture<String> second = new CompletableFuture<>();
    CallerVerifier waiting = verifierOf(second);
    String known = idp.token(NOW, "alice");
    now(waiting.verify(known));
    PublicJsonWebKey former = idp.signing();
    idp.rotateTo(TestIssuer.newKey("key-2"));
    clock.advance(AGES.refreshAfter().plusSeconds(1));

    // When
    CompletableFuture<CallerCheck> remembered = waiting.verify(known).toCompletableFuture();
    CompletableFuture<CallerCheck> fresh =
        waiting
            .verify(signedAs("ES256", former.getKeyId(), former.getPrivateKey()))
            .toCompletableFuture();

    // Then
    assertThat(remembered).isNotDone();
    assertThat(fresh).isNotDone();
    second.complete(idp.jwks());
    assertRefused(now(remembered), Reason.UNKNOWN_KEY);
    assertRefused(now(fresh), Reason.UNKNOWN_KEY);
  }

  @Test
  void agedKeysServeWhenTheirFetchFailsAndNobodyWaitsForTheNext() {
    // Given
    CompletableFuture<String> second = new CompletableFuture<>();
    CompletableFuture<String> third = new CompletableFuture<>();
    CallerVerifier waiting = verifierOf(second, third);
    String known = idp.token(NOW, "alice");
    now(waiting.verify(known));
    clock.advance(AGES.refreshAfter().plusSeconds(1));
    CompletableFuture<CallerCheck> first = waiting.verify(known).toCompletableFuture();

    // When
    second.completeExceptionally(new IllegalStateException("down"));
    clock.advance(AGES.pause());
    CallerCheck during = now(waiting.verify(known));

    // Then
    assertThat(now(first)).isInstanceOf(CallerCheck.Accepted.class);
    assertThat(during).isInstanceOf(CallerCheck.Accepted.class);
    assertThat(fetches).hasValue(3);
    idp.rotateTo(TestIssuer.newKey("key-2"));
    third.complete(idp.jwks());
    clock.advance(AGES.pause());
    assertRefused(now(waiting.verify(known)), Reason.UNKNOWN_KEY);
  }

  @Test
  void freshKeysAreNotFetchedAgain() {
    // Given
    check(idp.token(NOW, "alice"));

    // When
    clock.advance(AGES.refreshAfter());
    CallerCheck check = check(idp.token(NOW, "bob"));

    // Then
    assertThat(check).isInstanceOf(CallerCheck.Accepted.class);
    assertThat(fetches).hasValue(1);
  }

  /** One whose first fetch gets the keys of now, and whose later ones get these. */
  @SafeVarargs
  private CallerVerifier verifierOf(CompletableFuture<String>... later) {
    String first = idp.jwks();
    return verifier(
        provider(idp, "", Optional.empty()),
        () -> {
          int fetch = fetches.getAndIncrement();
          return fetch == 0
              ? CompletableFuture.completedStage(first)
              : fetch <= later.length
                  ? later[fetch - 1]
                  : CompletableFuture.completedStage(idp.jwks());
        });
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

  @Test
  void refusesAnUnknownKeyAndAsksForKeysOnlyAfterAPause() {
    // Given
    PublicJsonWebKey stranger = TestIssuer.newKey("stranger");
    String jwt = signedAs("ES256", "stranger", stranger.getPrivateKey());

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
}
