package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.kafka.KafkaTestResource;
import dev.parley.room.config.Positions;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** To a participant every other room looks like one that does not exist. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class OtherRoomsComponentTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String BUSY = "others-busy";
  private static final String UNKNOWN = "others-none";
  private static final String OWN = "others-own";

  @TestHTTPResource URI base;

  @Inject Positions positions;

  private record Door(
      String method, String path, String query, UnaryOperator<RequestSpecification> request) {
    static Door get(String path, String query) {
      return new Door("GET", path, query, request -> request);
    }

    /** Status and body; the room's own name, of equal length, is made the same. */
    String answer(String room) {
      RequestSpecification request =
          RestAssured.given()
              .header("Authorization", "Bearer " + SessionKeys.participant(OWN, "mallory"));
      Response response = request(request).request(method, path.replace("{roomId}", room) + query);
      return (response.statusCode() + " " + response.asString()).replace(room, "ROOM");
    }

    private RequestSpecification request(RequestSpecification plain) {
      return request.apply(plain);
    }
  }

  /** The beginning of everything, as only the gateway can write it. */
  private String wellFormedId() {
    return positions.seal().seal("1-0.0.0.0.0.0");
  }

  private List<Door> doors() {
    return List.of(
        Door.get("/v1/rooms/{roomId}", ""),
        Door.get("/v1/rooms/{roomId}/timeline", ""),
        Door.get("/v1/rooms/{roomId}/timeline", "?from=2020-01-01T00:00:00Z&limit=1"),
        Door.get("/v1/rooms/{roomId}/timeline", "?types=dev.parley.room.user-joined.v1"),
        Door.get("/v1/rooms/{roomId}/timeline", "?after=AAAA"),
        Door.get("/v1/rooms/{roomId}/stream", ""),
        new Door(
            "GET",
            "/v1/rooms/{roomId}/stream",
            "",
            request -> request.header("Last-Event-ID", wellFormedId())),
        Door.get("/v1/rooms/{roomId}/relay", ""),
        new Door(
            "POST",
            "/v1/rooms/{roomId}/events",
            "",
            request ->
                request
                    .contentType("application/json")
                    .body(
                        Map.of(
                            "clientId",
                            "web-1",
                            "clientTimeMillis",
                            System.currentTimeMillis(),
                            "events",
                            List.of(
                                Map.of(
                                    "sequence",
                                    1,
                                    "clientTimeMillis",
                                    System.currentTimeMillis(),
                                    "name",
                                    "onTokenWillExpire"))))));
  }

  @Test
  void everyDoorAnswersAsIfTheRoomWereNotThere() throws Exception {
    try (RelayClient alice =
        RelayClient.connect(base, BUSY).hello(SessionKeys.participant(BUSY, "alice"), "web-1")) {
      // Given: somebody is in the busy room, and the gateway tells operators so
      await().atMost(SOON).until(() -> !alice.received("welcome").isEmpty());
      alice.event(1, "onUserJoined", "{'userInfo':{'userId':'bob'},'publishState':{}}");
      await()
          .atMost(SOON)
          .until(
              () ->
                  RestAssured.given()
                          .header("Authorization", "Bearer " + SessionKeys.operator())
                          .get("/v1/rooms/" + BUSY)
                          .jsonPath()
                          .getList("users")
                      != null);

      // When, then
      assertThat(doors())
          .allSatisfy(
              door -> {
                String answer = door.answer(BUSY);
                assertThat(answer).isEqualTo(door.answer(UNKNOWN));
                assertThat(answer).startsWith("4").doesNotContain("alice", "bob");
                if (door.path().endsWith("/stream")) {
                  // Refused for the room, and not for what the request says besides.
                  assertThat(answer).startsWith("403 ");
                }
              });
      for (String path : List.of("/v1/rooms/%s/relay", "/v1/rooms/%s/stream")) {
        assertThat(helloAt(path.formatted(BUSY))).isEqualTo(helloAt(path.formatted(UNKNOWN)));
      }
      for (String query :
          List.of("", "?prefix=others", "?open=all", "?prefix=others-busy", "?after=others-a")) {
        assertThat(Door.get("/v1/rooms", query).answer(BUSY)).doesNotContain("ROOM", "alice");
      }
    }
  }

  private List<Object> helloAt(String path) throws Exception {
    try (RelayClient stranger =
        RelayClient.at(base, path).hello(SessionKeys.participant(OWN, "mallory"), "web-1")) {
      int code = stranger.closeCode();
      return List.of(code, stranger.received("error"), stranger.received("welcome"));
    }
  }

  @Test
  void noDoorIsLeftOut() {
    // When
    Set<String> paths =
        RestAssured.given()
            .accept("application/json")
            .get("/q/openapi?format=json")
            .jsonPath()
            .getMap("paths")
            .keySet()
            .stream()
            .map(String::valueOf)
            .collect(Collectors.toSet());

    // Then: what remains is for operators alone, or for the cloud
    assertThat(paths).contains("/v1/rooms");
    assertThat(paths.stream().filter(path -> path.contains("{roomId}")))
        .isSubsetOf(doors().stream().map(Door::path).toList());
    assertThat(paths.stream().filter(path -> !path.startsWith("/v1/rooms")))
        .allMatch(path -> path.startsWith("/v1/replays") || path.startsWith("/v1/callbacks"));
  }

  @Test
  void replaysAreNoWayRound() {
    String token = SessionKeys.participant(OWN, "mallory");
    for (String path : List.of("/v1/replays", "/v1/replays/any")) {
      assertThat(
              RestAssured.given().header("Authorization", "Bearer " + token).get(path).statusCode())
          .isEqualTo(403);
    }
    assertThat(
            RestAssured.given()
                .header("Authorization", "Bearer " + token)
                .contentType("application/json")
                .body(
                    """
                    {"kind":"EVENTS","roomId":"others-own","from":"2020-01-01T00:00:00Z",
                     "to":"2020-01-02T00:00:00Z","target":"parley.replay.mallory"}
                    """)
                .post("/v1/replays")
                .statusCode())
        .isEqualTo(403);
  }
}
