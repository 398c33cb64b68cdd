package dev.parley.stack.issuer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** The development issuer's signing key (ES256). */
final class DevKey {
  private static final int TOKEN_HOURS = 12;

  private final PublicJsonWebKey key;

  private DevKey(PublicJsonWebKey key) {
    this.key = key;
  }

  static DevKey loadOrCreate(Path file) {
    try {
      if (!Files.exists(file)) {
        EllipticCurveJsonWebKey created = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        created.setKeyId("dev-" + UUID.randomUUID());
        created.setAlgorithm(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        created.setUse("sig");
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, created.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
      }
      return new DevKey(PublicJsonWebKey.Factory.newPublicJwk(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException("the key file " + file + " cannot be used", e);
    } catch (JoseException e) {
      throw new IllegalStateException("the key file " + file + " holds no key", e);
    }
  }

  /** The public half, as a key set. */
  String jwks() {
    return new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  }

  /** A bearer JWT for a user. */
  String bearer(URI issuer, String user, String role) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(issuer.toString());
    claims.setAudience("parley");
    claims.setSubject(user);
    claims.setStringListClaim("groups", role);
    claims.setStringListClaim("rooms", "*");
    claims.setGeneratedJwtId();
    claims.setIssuedAtToNow();
    claims.setExpirationTimeMinutesInTheFuture(TOKEN_HOURS * 60f);
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims.toJson());
    jws.setKey(key.getPrivateKey());
    jws.setKeyIdHeaderValue(key.getKeyId());
    jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    jws.setHeader("typ", "JWT");
    try {
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("the development token cannot be signed", e);
    }
  }
}
