package dev.parley.room.http;

import static org.hamcrest.Matchers.equalTo;

import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Doors outside of REST say which method they take. */
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
}
