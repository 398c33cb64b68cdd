package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.nullValue;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Open to the pages of listed origins and of no other. */
@QuarkusTest
@TestProfile(CorsComponentTest.OneOrigin.class)
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class CorsComponentTest {

  /** Lists one origin. */
  public static final class OneOrigin implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.http.cors.origins", "https://app.example.com");
    }
  }

  @Test
  void opensToAListedOrigin() {
    given()
        .header("Origin", "https://app.example.com")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type,traceparent")
        .options("/v1/tokens")
        .then()
        .statusCode(200)
        .header("Access-Control-Allow-Origin", "https://app.example.com")
        .header("Access-Control-Allow-Headers", containsString("authorization"))
        .header("Access-Control-Allow-Headers", containsString("traceparent"));
  }

  @Test
  void staysClosedToAnother() {
    given()
        .header("Origin", "https://app.example.com.evil.example.com")
        .header("Access-Control-Request-Method", "POST")
        .options("/v1/tokens")
        .then()
        .header("Access-Control-Allow-Origin", nullValue());
  }
}
