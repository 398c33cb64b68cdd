package dev.parley.token.support;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An identity provider that tests make tokens with. */
public final class TestIssuer {
  public static final String AUDIENCE = "parley";

  private final String issuer;
  private final List<PublicJsonWebKey> published = new ArrayList<>();
  private PublicJsonWebKey signing;

  public TestIssuer(String issuer) {
    this.issuer = issuer;
    this.signing = newKey("key-1");
    published.add(signing);
  }

  public String issuer() {
    return issuer;
  }

  public PublicJsonWebKey signing() {
    return signing;
  }

  /** A key that nobody has published. */
  public static EllipticCurveJsonWebKey newKey(String keyId) {
    try {
      EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      key.setKeyId(keyId);
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  public static PublicJsonWebKey newRsaKey(String keyId) {
    try {
      PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
      key.setKeyId(keyId);
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signs with another key from now on; publishes only that one. */
  public void rotateTo(PublicJsonWebKey key) {
    published.clear();
    published.add(key);
    signing = key;
  }

  /** Publishes one more key. */
  public void publish(PublicJsonWebKey key) {
    published.add(key);
  }

  public String jwks() {
    return new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY);
  }

  /** Claims that are in order at {@code now}. */
  public JwtClaims claims(Instant now, String subject, String... roles) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(issuer);
    claims.setAudience(AUDIENCE);
    claims.setSubject(subject);
    claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
    claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + 600));
    claims.setStringListClaim("groups", roles);
    return claims;
  }

  public String token(Instant now, String subject, String... roles) {
    return sign(claims(now, subject, roles));
  }

  public String token(Instant now, Consumer<JwtClaims> change, String subject, String... roles) {
    JwtClaims claims = claims(now, subject, roles);
    change.accept(claims);
    return sign(claims);
  }

  public String sign(JwtClaims claims) {
    return sign(
        claims,
        jws -> {
          jws.setKey(signing.getPrivateKey());
          jws.setAlgorithmHeaderValue("ES256");
          jws.setKeyIdHeaderValue(signing.getKeyId());
        });
  }

  /** Signs as a forger likes. */
  public static String sign(JwtClaims claims, Consumer<JsonWebSignature> how) {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims.toJson());
    jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    jws.setDoKeyValidation(false);
    how.accept(jws);
    try {
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }
}
