package dev.parley.token.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.token.caller.CallerCheck.Reason;
import dev.parley.token.support.TestIssuer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerAlgorithmsTest extends CallerChecks {
  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256", "ES384", "EdDSA"})
  void acceptsTheOtherAlgorithmsWhereTheyAreAllowed(String algorithm) throws JoseException {
    // Given
    PublicJsonWebKey key =
        switch (algorithm) {
          case "ES384" -> EcJwkGenerator.generateJwk(EllipticCurves.P384);
          case "EdDSA" -> OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
          default -> TestIssuer.newRsaKey("other");
        };
    key.setKeyId("other");
    idp.publish(key);
    CallerVerifier allowing =
        verifier(
            provider(idp, Set.of(algorithm)), () -> CompletableFuture.completedStage(idp.jwks()));

    // When
    CallerCheck own = now(allowing.verify(signedAs(algorithm, "other", key.getPrivateKey())));
    CallerCheck other = now(allowing.verify(idp.token(NOW, "alice")));

    // Then
    assertThat(own)
        .isInstanceOfSatisfying(
            CallerCheck.Accepted.class,
            accepted -> assertThat(accepted.caller().subject()).isEqualTo("alice"));
    assertRefused(other, Reason.ALGORITHM_NOT_ALLOWED);
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
    String forged = signedAs("HS256", "key-1", new HmacKey(publicKey));

    // Then
    assertRefused(check(forged), Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void refusesAnAlgorithmOutsideTheListEvenWithAPublishedKey() {
    // Given
    PublicJsonWebKey rsa = TestIssuer.newRsaKey("rsa-1");
    idp.publish(rsa);
    String jwt = signedAs("RS256", "rsa-1", rsa.getPrivateKey());

    // Then
    assertRefused(check(jwt), Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void refusesAnAlgorithmThatDoesNotFitItsKey() {
    // Given: the header says ES256, the named key is RSA
    PublicJsonWebKey rsa = TestIssuer.newRsaKey("rsa-1");
    idp.publish(rsa);
    String jwt = signedAs("ES256", "rsa-1", idp.signing().getPrivateKey());

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
}
