package dev.parley.token.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.RoomPattern;
import dev.parley.token.caller.CallerCheck.Reason;
import dev.parley.token.support.TestIssuer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerVerifierTest extends CallerChecks {
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
}
