package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Doors inside and outside of REST say which method they take. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class MethodsComponentTest {
  @ParameterizedTest
  @CsvSource({
    "POST, stream, GET",
    "DELETE, stream, GET",
    "POST, relay, GET",
    "PUT, relay, GET",
    "GET, events, POST",
    "DELETE, events, POST"
  })
  void anotherMethodIsToldWhichOneThereIs(String method, String door, String allowed) {
    RestAssured.given()
        .request(method, "/v1/rooms/methods-1/" + door)
        .then()
        .statusCode(405)
        .header("Allow", allowed)
        .contentType("application/problem+json")
        .body("code", equalTo("method_not_allowed"))
        .body("instance", equalTo("/v1/rooms/methods-1/" + door));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/rooms, 'GET, HEAD'",
    "POST, /v1/rooms/methods-1/timeline, 'GET, HEAD'",
    "PUT, /v1/replays/1, 'DELETE, GET, HEAD'",
    "GET, /v1/callbacks/rtc/default, POST"
  })
  void anotherMethodIsToldWhichOnesRestHas(String method, String path, String allowed) {
    Response answer = RestAssured.given().request(method, path);

    answer.then().statusCode(405).body("code", equalTo("method_not_allowed"));
    assertThat(String.join(",", answer.headers().getValues("Allow")).split(", *"))
        .containsExactlyInAnyOrder(allowed.split(", "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/methods-1/stream", "/methods-1/relay", "/methods-1/timeline"})
  void anAddressThatIsTooLongIsRefusedAtEveryDoor(String door) {
    RestAssured.given()
        .get("/v1/rooms" + door + "?types=" + "x".repeat(5000))
        .then()
        .statusCode(414)
        .contentType("application/problem+json")
        .body("code", equalTo("address_too_long"));
  }
}
