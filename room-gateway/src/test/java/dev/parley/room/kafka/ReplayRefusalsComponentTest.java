package dev.parley.room.kafka;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.parley.kafka.KafkaTestResource;
import dev.parley.room.http.SessionKeys;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders of replays that are none say what is wrong with them. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ReplayRefusalsComponentTest extends ReplaySetup {
  private static final String JOINED = "dev.parley.room.user-joined.v1";
  private static final String DAY = "'from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z'";

  @BeforeEach
  void ready() {
    awaitJournal();
  }

  private static ValidatableResponse refused(String body) {
    return order(SessionKeys.operator(), body)
        .statusCode(400)
        .contentType("application/problem+json");
  }

  private static ValidatableResponse badRows(String types) {
    return order(SessionKeys.operator(), "{'kind':'BAD_ROWS'," + DAY + ",'types':" + types + "}");
  }

  private static ValidatableResponse events(String rest) {
    return order(SessionKeys.operator(), "{'kind':'EVENTS'," + DAY + rest + "}");
  }

  private static String list(int count, String type) {
    return "['" + String.join("','", Collections.nCopies(count, type)) + "']";
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null"})
  void anOrderOfNothingIsMalformed(String body) {
    refused(body).body("code", equalTo("malformed_body")).body("detail", containsString("kind"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'kind':null}", "{'kind':'nope'}", "{'kind':''}"})
  void aKindThatIsNoneIsToldWhichThereAre(String body) {
    refused(body)
        .body("code", equalTo("invalid_value"))
        .body("detail", equalTo("Field kind must be EVENTS or BAD_ROWS."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[null]", "['no such code']", "['']", "['Signature_mismatch']"})
  void badRowsAreNamedByCodes(String types) {
    badRows(types)
        .statusCode(400)
        .body("code", equalTo("invalid_value"))
        .body("detail", startsWith("Field types "));
  }

  @Test
  void aCodeHasABound() {
    badRows(list(1, "x".repeat(64))).statusCode(202);
    badRows(list(1, "x".repeat(65))).statusCode(400).body("detail", startsWith("Field types "));
    badRows(list(1, "x".repeat(1_500_000)))
        .statusCode(400)
        .body("detail", startsWith("Field types "));
  }

  @Test
  void anOrderNamesABoundedNumberOfTypes() {
    badRows(list(100, "app_mismatch")).statusCode(202);
    badRows(list(101, "app_mismatch"))
        .statusCode(400)
        .body("code", equalTo("invalid_value"))
        .body("detail", allOf(startsWith("Field types "), containsString("100")));
    badRows(list(150_000, "abc")).statusCode(400).body("detail", startsWith("Field types "));
    events(",'target':'parley.replay.types','types':" + list(101, JOINED))
        .statusCode(400)
        .body("detail", startsWith("Field types "));
  }

  @Test
  void typesAndTopicsOfEventsAreKnownNames() {
    for (String types : new String[] {"[null]", "['app_mismatch']", "['']"}) {
      events(",'target':'parley.replay.types','types':" + types)
          .statusCode(400)
          .body("detail", equalTo("Field types names a type that is unknown."));
    }
    events(",'target':'parley.replay.types','topics':[null]")
        .statusCode(400)
        .body("detail", equalTo("Field topics names a topic that is unknown."));
  }

  @Test
  void eachTargetIsToldWhatIsWrongWithIt() {
    events("").body("detail", startsWith("Field target is missing"));
    events(",'target':'elsewhere'")
        .body("detail", startsWith("Field target must have parley.replay. at its beginning"));
    events(",'target':'parley.replay.a b'")
        .body(
            "detail",
            allOf(containsString("only A-Z a-z 0-9 . _ -"), not(containsString("beginning"))));
    events(",'target':'parley.replay.'").body("detail", containsString("1 to 100 characters"));
    events(",'target':'parley.replay." + "a".repeat(101) + "'")
        .statusCode(422)
        .body("code", equalTo("target_not_allowed"))
        .body("detail", allOf(containsString("1 to 100 characters"), containsString("101")))
        .body("detail", not(containsString("..")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-01-02T00:00:00Z | 2026-01-01T00:00:00Z | Field from must be before to.
          2026-01-01T00:00:00Z | 2026-01-01T00:00:00Z | Field from must be before to.
          2026-01-01T00:00:00Z | 2026-02-01T00:00:00.001Z | Fields from and to may be at most 31 days apart: order several replays.
          """)
  void eachFaultOfTheTimesHasItsSentence(String from, String to, String detail) {
    refused("{'kind':'BAD_ROWS','from':'%s','to':'%s'}".formatted(from, to))
        .body("code", equalTo("invalid_value"))
        .body("detail", equalTo(detail));
  }

  @Test
  void whatHasNotHappenedYetCannotBeOrdered() {
    refused("{'kind':'BAD_ROWS','from':'9998-01-01T00:00:00Z'}")
        .body("detail", equalTo("Field from must be before now, where to is left out."));
  }
}
