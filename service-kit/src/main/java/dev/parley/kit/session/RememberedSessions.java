package dev.parley.kit.session;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies session JWTs, and does not verify one again for a minute: a signature costs more than
 * everything else about a request. Never for longer than the token lives, and not for long at all,
 * because keys are withdrawn. What does not verify is never remembered.
 */
@Alternative
@Priority(1)
@ApplicationScoped
public class RememberedSessions extends JWTCallerPrincipalFactory {
  static final Duration TRUST = Duration.ofMinutes(1);
  static final int MAX_KNOWN = 10_000;

  private record Known(JWTCallerPrincipal principal, long untilMillis) {}

  private final JWTCallerPrincipalFactory verifier;
  private final Clock clock;
  private final Map<String, Known> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
              return size() > MAX_KNOWN;
            }
          });

  @Inject
  RememberedSessions(Clock clock) {
    this(new DefaultJWTCallerPrincipalFactory(), clock);
  }

  RememberedSessions(JWTCallerPrincipalFactory verifier, Clock clock) {
    this.verifier = verifier;
    this.clock = clock;
  }

  @Override
  public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
    JWTCallerPrincipal before = remembered(token).orElse(null);
    if (before != null) {
      return before;
    }
    JWTCallerPrincipal principal = new QuickClaims(verifier.parse(token, rules));
    long trusted = clock.millis() + TRUST.toMillis();
    long expires = Duration.ofSeconds(principal.getExpirationTime()).toMillis();
    known.put(token, new Known(principal, Math.min(trusted, expires)));
    return principal;
  }

  /** What a token says that was verified a short while ago; answers at once. */
  public Optional<JWTCallerPrincipal> remembered(String token) {
    Known before = known.get(token);
    return before != null && clock.millis() < before.untilMillis()
        ? Optional.of(before.principal())
        : Optional.empty();
  }
}
