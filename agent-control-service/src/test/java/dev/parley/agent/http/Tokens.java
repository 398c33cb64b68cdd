package dev.parley.agent.http;

import dev.parley.kit.session.Role;
import dev.parley.kit.session.SessionClaims;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;

/** Session JWTs as token-service signs them. */
final class Tokens {
  static final String APP = "123456781234567812345678";

  /** An application of OpenAPI version 2025-06-01. */
  static final String NEWER_APP = "a23456781234567812345678";

  private Tokens() {}

  static String participant(String room, String user) {
    return sign(claims(user, Role.PARTICIPANT).claim(SessionClaims.ROOM, room));
  }

  static String operator() {
    return sign(claims("ops-1", Role.OPERATOR));
  }

  static String analyst() {
    return sign(claims("analyst-1", Role.ANALYST));
  }

  static String operatorOfNewerApp() {
    return sign(claims("ops-1", Role.OPERATOR).claim(SessionClaims.APP, NEWER_APP));
  }

  static String operatorOfAnotherApp() {
    return sign(
        claims("ops-1", Role.OPERATOR).claim(SessionClaims.APP, "876543218765432187654321"));
  }

  static String forAnotherService() {
    return sign(claims("ops-1", Role.OPERATOR).audience(SessionClaims.AUDIENCE_ROOM_GATEWAY));
  }

  static String ofAnotherIssuer() {
    return sign(claims("ops-1", Role.OPERATOR).issuer("somebody"));
  }

  static String expired() {
    Instant longAgo = Instant.now().minus(Duration.ofHours(2));
    return sign(
        claims("ops-1", Role.OPERATOR)
            .issuedAt(longAgo)
            .expiresAt(longAgo.plus(Duration.ofMinutes(15))));
  }

  static String signedWithAnotherKey() {
    return claims("ops-1", Role.OPERATOR).jws().keyId("test").sign(key(SessionKeys.OTHER_KEY));
  }

  static String withoutApp() {
    return sign(
        Jwt.issuer(SessionClaims.ISSUER)
            .audience(SessionClaims.AUDIENCE_AGENT_CONTROL)
            .subject("ops-1")
            .groups(Role.OPERATOR.claim()));
  }

  private static JwtClaimsBuilder claims(String subject, Role role) {
    return Jwt.issuer(SessionClaims.ISSUER)
        .audience(SessionClaims.AUDIENCE_AGENT_CONTROL)
        .subject(subject)
        .groups(role.claim())
        .claim(SessionClaims.APP, APP)
        .expiresIn(Duration.ofMinutes(15));
  }

  private static String sign(JwtClaimsBuilder claims) {
    return claims.jws().keyId("test").sign(key(SessionKeys.PRIVATE_KEY));
  }

  private static PrivateKey key(String name) {
    try {
      String text = ConfigProvider.getConfig().getValue(name, String.class);
      return ((EllipticCurveJsonWebKey) JsonWebKey.Factory.newJwk(text)).getEcPrivateKey();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }
}
