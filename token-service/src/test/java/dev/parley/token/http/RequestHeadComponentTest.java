package dev.parley.token.http;

import static io.restassured.RestAssured.given;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** First lines and headers that are too large are answered as everything else is. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class RequestHeadComponentTest extends ApiCalls {
  // What quarkus.http.limits has unless it is set.
  private static final int LINE = 4096;
  private static final int HEADERS = 20 * 1024;

  @Test
  void anAddressThatIsTooLongIsRefused() {
    int around = "GET / HTTP/1.1".length();

    assertProblem(given().get("/" + "x".repeat(LINE - around)).then(), 404, "not_found");
    assertProblem(given().get("/" + "x".repeat(LINE - around + 1)).then(), 414, "address_too_long");
    assertProblem(given().get("/?" + "x".repeat(60_000)).then(), 414, "address_too_long");
  }

  @Test
  void headersThatAreTooLargeAreRefused() {
    Headers many =
        new Headers(Collections.nCopies(1000, new Header("X-Many", "one of a thousand")));

    assertProblem(
        given().header("X-Small", "x".repeat(HEADERS - 1000)).get("/nothing").then(),
        404,
        "not_found");
    assertProblem(
        given().header("X-Large", "x".repeat(HEADERS)).get("/nothing").then(),
        431,
        "headers_too_large");
    assertProblem(given().headers(many).get("/nothing").then(), 431, "headers_too_large");
  }
}
