package dev.parley.kit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.MutableClock;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import java.time.Duration;
import java.time.Instant;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;

class RememberedSessionsTest {
  private static final Instant BEGIN = Instant.ofEpochSecond(1_750_000_000);
  private static final JWTAuthContextInfo RULES = new JWTAuthContextInfo();

  /** Tokens are the seconds that they live from the beginning; those of no number are forged. */
  private static final class Counting extends JWTCallerPrincipalFactory {
    private int verified;

    @Override
    public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
      verified++;
      try {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("alice");
        claims.setStringListClaim("groups", "participant");
        claims.setStringListClaim("aud", SessionClaims.AUDIENCE_ROOM_GATEWAY);
        claims.setStringClaim(SessionClaims.APP, "123456781234567812345678");
        claims.setExpirationTime(
            NumericDate.fromSeconds(BEGIN.getEpochSecond() + Long.parseLong(token.trim())));
        return new DefaultJWTCallerPrincipal(token, "JWT", claims);
      } catch (NumberFormatException e) {
        throw new ParseException("forged", e);
      }
    }
  }

  private final MutableClock clock = new MutableClock(BEGIN);
  private final Counting verifier = new Counting();
  private final RememberedSessions sessions = new RememberedSessions(verifier, clock);

  @Test
  void verifiesOnceAMinute() throws ParseException {
    JWTCallerPrincipal first = sessions.parse("900", RULES);
    clock.advance(Duration.ofSeconds(59));
    assertThat(sessions.parse("900", RULES)).isSameAs(first);
    assertThat(verifier.verified).isEqualTo(1);
    assertThat(sessions.remembered("900")).isPresent();

    clock.advance(Duration.ofSeconds(1));
    assertThat(sessions.remembered("900")).isEmpty();
    assertThat(sessions.parse("900", RULES).getSubject()).isEqualTo("alice");
    assertThat(verifier.verified).isEqualTo(2);
  }

  @Test
  void remembersNoTokenLongerThanItLives() throws ParseException {
    JWTCallerPrincipal principal = sessions.parse("10", RULES);
    assertThat(principal.getSubject()).isEqualTo("alice");
    clock.advance(Duration.ofSeconds(10));
    assertThat(sessions.remembered("10")).isEmpty();
  }

  @Test
  void saysWhatTheTokenSays() throws ParseException {
    JWTCallerPrincipal principal = sessions.parse("900", RULES);
    assertThat(principal.getRawToken()).isEqualTo("900");
    assertThat(principal.getName()).isEqualTo("alice");
    assertThat(principal.getGroups()).containsExactly("participant");
    assertThat(principal.getAudience()).containsExactly(SessionClaims.AUDIENCE_ROOM_GATEWAY);
    assertThat(principal.getExpirationTime()).isEqualTo(BEGIN.getEpochSecond() + 900);
    assertThat(principal.<String>getClaim(SessionClaims.APP)).isEqualTo("123456781234567812345678");
    assertThat(principal.<Object>getClaim(SessionClaims.ROOM)).isNull();
    assertThat(principal.getClaimNames())
        .containsExactlyInAnyOrder("sub", "exp", "groups", "aud", "app", "raw_token");
  }

  @Test
  void remembersNothingThatDoesNotVerify() {
    for (int i = 1; i <= 2; i++) {
      assertThatThrownBy(() -> sessions.parse("forged", RULES)).isInstanceOf(ParseException.class);
      assertThat(verifier.verified).isEqualTo(i);
    }
    assertThat(sessions.remembered("forged")).isEmpty();
  }

  @Test
  void forgetsWhatWasNotUsedForLongest() throws ParseException {
    // Given
    for (int i = 0; i < RememberedSessions.MAX_KNOWN; i++) {
      JWTCallerPrincipal unused = sessions.parse(Integer.toString(1000 + i), RULES);
    }

    // When: the first is used again, and one more comes
    JWTCallerPrincipal again = sessions.parse("1000", RULES);
    JWTCallerPrincipal more = sessions.parse("900", RULES);

    // Then
    assertThat(again.getSubject()).isEqualTo(more.getSubject());
    assertThat(sessions.remembered("1000")).isPresent();
    assertThat(sessions.remembered("1001")).isEmpty();
  }
}
