package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.parley.kit.problem.Problem;
import dev.parley.token.support.World;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;

/** What the tests of the REST API have in common. */
abstract class ApiCalls {
  static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  String bearer(String subject, String... roles) {
    return world
        .main()
        .token(
            Instant.now(), claims -> claims.setStringListClaim("rooms", "demo-*"), subject, roles);
  }

  static RequestSpecification with(String bearer, String body) {
    return given().auth().oauth2(bearer).contentType(ContentType.JSON).body(body);
  }

  static ValidatableResponse issue(String bearer, String body) {
    return with(bearer, body).post("/v1/tokens").then();
  }

  static void assertProblem(ValidatableResponse response, int status, String code) {
    response
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo(code))
        .body("status", equalTo(status))
        .body("detail", matchesPattern("[A-Za-z\"][^\\n]{15,}\\."));
  }

  static JwtClaims session(String token, String audience) throws Exception {
    String jwks = given().get("/.well-known/jwks.json").then().statusCode(200).extract().asString();
    return new JwtConsumerBuilder()
        .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "ES256")
        .setVerificationKeyResolver(
            new JwksVerificationKeyResolver(new JsonWebKeySet(jwks).getJsonWebKeys()))
        .setExpectedIssuer("parley-token-service")
        .setExpectedAudience(audience)
        .setRequireExpirationTime()
        .build()
        .processToClaims(token);
  }
}
