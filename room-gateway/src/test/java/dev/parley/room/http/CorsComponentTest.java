package dev.parley.room.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.nullValue;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Open to the pages of listed origins and of no other. */
@QuarkusTest
@TestProfile(CorsComponentTest.OneOrigin.class)
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class CorsComponentTest {

  /** Lists one origin. */
  public static final class OneOrigin implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.http.cors.origins", "https://app.example.com");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/rooms/cors-1/events, content-type",
    "GET, /v1/rooms/cors-1/timeline, authorization",
    "GET, /v1/rooms/cors-1/stream, last-event-id",
    "DELETE, /v1/replays/one, authorization"
  })
  void opensToAListedOrigin(String method, String path, String header) {
    given()
        .header("Origin", "https://app.example.com")
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", header)
        .options(path)
        .then()
        .statusCode(200)
        .header("Access-Control-Allow-Origin", "https://app.example.com")
        .header("Access-Control-Allow-Headers", containsString(header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/rooms/cors-1/events", "/v1/rooms/cors-1/relay"})
  void staysClosedToAnother(String path) {
    given()
        .header("Origin", "https://app.example.com.evil.example.com")
        .get(path)
        .then()
        .statusCode(403)
        .header("Access-Control-Allow-Origin", nullValue());
  }
}
