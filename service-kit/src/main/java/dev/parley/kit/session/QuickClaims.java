package dev.parley.kit.session;

import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.Claims;
import org.jspecify.annotations.Nullable;

/**
 * A verified token that knows its own claims. The library tells a claim that no standard names from
 * one that is by an exception, each time that it is asked, and every request asks for two.
 */
final class QuickClaims extends JWTCallerPrincipal {
  private static final Set<String> STANDARD =
      Arrays.stream(Claims.values()).map(Claims::name).collect(Collectors.toUnmodifiableSet());

  private final JWTCallerPrincipal verified;
  private final Map<String, Object> own = new HashMap<>();

  QuickClaims(JWTCallerPrincipal verified) {
    super(verified.getRawToken(), "JWT");
    this.verified = verified;
    for (String name : verified.getClaimNames()) {
      Object value = STANDARD.contains(name) ? null : verified.getClaim(name);
      if (value != null) {
        own.put(name, value);
      }
    }
  }

  @Override
  protected @Nullable Object getClaimValue(String name) {
    return STANDARD.contains(name) ? verified.getClaim(name) : own.get(name);
  }

  @Override
  protected Collection<String> doGetClaimNames() {
    return verified.getClaimNames();
  }
}
