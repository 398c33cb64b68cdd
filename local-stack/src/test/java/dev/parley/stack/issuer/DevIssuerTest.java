package dev.parley.stack.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevIssuerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path temp;

  @Test
  void itsTokensVerifyAgainstItsKeySet() throws Exception {
    try (DevIssuer issuer = DevIssuer.start(0, temp.resolve("key.jwk"))) {
      // When
      String jwks = get(issuer.port(), "/.well-known/jwks.json").body();
      String token = get(issuer.port(), "/token?user=alice&role=operator").body();

      // Then
      JwtClaims claims =
          new JwtConsumerBuilder()
              .setVerificationKeyResolver(
                  new JwksVerificationKeyResolver(new JsonWebKeySet(jwks).getJsonWebKeys()))
              .setJwsAlgorithmConstraints(
                  AlgorithmConstraints.ConstraintType.PERMIT,
                  AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
              .setExpectedIssuer("http://localhost:" + issuer.port())
              .setExpectedAudience("parley")
              .setRequireExpirationTime()
              .build()
              .processToClaims(token);
      assertThat(claims.getSubject()).isEqualTo("alice");
      assertThat(claims.getStringListClaimValue("groups")).isEqualTo(List.of("operator"));
      assertThat(jwks).doesNotContain("\"d\"");
    }
  }

  @Test
  void theKeySurvivesARestart() throws Exception {
    String before;
    try (DevIssuer issuer = DevIssuer.start(0, temp.resolve("key.jwk"))) {
      before = get(issuer.port(), "/.well-known/jwks.json").body();
    }
    try (DevIssuer issuer = DevIssuer.start(0, temp.resolve("key.jwk"))) {
      assertThat(get(issuer.port(), "/.well-known/jwks.json").body()).isEqualTo(before);
    }
  }

  @Test
  void anUnknownRoleIsRefused() throws Exception {
    try (DevIssuer issuer = DevIssuer.start(0, temp.resolve("key.jwk"))) {
      HttpResponse<String> answer = get(issuer.port(), "/token?user=alice&role=emperor");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body().strip()).isEqualTo("role is participant, operator or analyst");
    }
  }

  @Test
  void itsAddressSaysWhatItAnswers() throws Exception {
    try (DevIssuer issuer = DevIssuer.start(0, temp.resolve("key.jwk"))) {
      HttpResponse<String> root = get(issuer.port(), "/");
      assertThat(root.statusCode()).isEqualTo(200);
      assertThat(root.body()).contains("/token?user=NAME", "/.well-known/jwks.json");
      assertThat(get(issuer.port(), "/nothing").statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
