package dev.parley.bare;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.hasLength;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BareResourceComponentTest {
  @Test
  void answersJsonOfTheSizeAskedFor() {
    given()
        .contentType("application/json")
        .body("{}")
        .post("/constant?bytes=900")
        .then()
        .statusCode(201)
        .contentType("application/json")
        .body(hasLength(900));
  }

  @Test
  void aSizeOutOfRangeIsRefused() {
    given().contentType("application/json").post("/constant?bytes=5").then().statusCode(400);
  }

  @Test
  void dropsTheBody() {
    given().contentType("application/json").body("{}").post("/drop").then().statusCode(204);
  }
}
