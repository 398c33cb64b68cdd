package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.BadRow;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.Telemetry;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.room.Rooms;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class RelayComponentTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TestHTTPResource("/")
  URI base;

  private RelayClient welcomed(String room, String user) {
    RelayClient client =
        RelayClient.connect(base, room).hello(SessionKeys.participant(room, user), "web-" + user);
    await().atMost(SOON).until(() -> !client.received("welcome").isEmpty());
    return client;
  }

  @Test
  void aCallOverTheRelayBecomesFacts() throws Exception {
    try (TopicReader facts =
            new TopicReader(Topic.ROOM_EVENTS, Topic.AGENT_EVENTS, Topic.ROOM_TELEMETRY);
        RelayClient alice = welcomed("call-1", "alice");
        RelayClient bob = welcomed("call-1", "bob")) {
      // When
      byte[] speaking = Rooms.conv(0, System.currentTimeMillis(), 3).toArray();
      alice
          .event(1, "onUserJoined", "{'userInfo':{'userId':'agent-1'},'publishState':{}}")
          .event(2, "onNetworkQuality", "1,2")
          .event(3, "onNetworkQuality", "1,2")
          .binary(4, 0, "agent-1", speaking);
      bob.event(1, "onUserJoined", "{'userInfo':{'userId':'agent-1'},'publishState':{}}")
          .binary(2, 0, "agent-1", speaking);
      await().atMost(SOON).until(() -> alice.acknowledged() == 4 && bob.acknowledged() == 2);
      alice.text("{'type':'goodbye'}");
      bob.text("{'type':'goodbye'}");

      // Then
      assertThat(alice.closeCode()).isEqualTo(1000);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(facts.of("call-1"))
                      .filteredOn(UserLeft.class::isInstance)
                      .extracting(left -> ((UserLeft) left).userId().value())
                      .containsExactlyInAnyOrder("alice", "bob"));
      List<Payload> told = facts.of("call-1");
      assertThat(told).filteredOn(RoomOpened.class::isInstance).hasSize(1);
      assertThat(told)
          .filteredOn(UserJoined.class::isInstance)
          .extracting(joined -> ((UserJoined) joined).userId().value())
          .containsExactly("alice", "bob", "agent-1");
      assertThat(told)
          .filteredOn(AgentStageChanged.class::isInstance)
          .singleElement()
          .isInstanceOfSatisfying(
              AgentStageChanged.class,
              stage -> assertThat(stage.stage()).isEqualTo(Stage.SPEAKING));
      assertThat(told).filteredOn(Telemetry.class::isInstance).hasSize(1);
      // The agent was seen by the two alone: it goes after the grace, and with it the room.
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(facts.of("call-1"))
                      .filteredOn(RoomEvent.class::isInstance)
                      .last()
                      .isInstanceOf(RoomClosed.class));
    }
  }

  @Test
  void whoSendsAndNeverReadsIsNotReadEither() throws Exception {
    // Given
    try (DeafClient deaf = DeafClient.connect(base, "/v1/rooms/deaf-1/relay")) {
      deaf.text(
          "{'type':'hello','token':'%s','clientId':'web-1','clientTimeMillis':%d}"
              .formatted(SessionKeys.participant("deaf-1", "alice"), System.currentTimeMillis()));
      deaf.readUntil("welcome");

      // When: each frame is answered at greater length
      long taken = deaf.flood("{'type':'renew','token':'x'}", 8L * 1024 * 1024);

      // Then
      assertThat(taken).isLessThan(8L * 1024 * 1024);
    }
  }

  @Test
  void acknowledgedReportsAreInKafkaInOrderWithStableIds() {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS)) {
      // Given
      try (RelayClient client = welcomed("order-1", "alice")) {
        for (int i = 1; i <= 600; i++) {
          client.event(i, "onTrackMute", "{'kind':'audio','isScreen':false}");
        }
        await().atMost(SOON).until(() -> client.acknowledged() == 600);

        // When: the last ones are sent again on a new connection
        client.vanish();
      }
      try (RelayClient again = welcomed("order-1", "alice")) {
        assertThat(again.received("welcome").get(0).path("lastSequence").asLong()).isEqualTo(600);
        again.event(600, "onTrackMute", "{'kind':'audio','isScreen':false}");
        again.event(601, "onTrackMute", "{'kind':'audio','isScreen':false}");
        await().atMost(SOON).until(() -> again.acknowledged() == 601);
      }

      // Then
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(sequences(observations, "order-1")).hasSize(601).isSorted());
      assertThat(
              observations.envelopes("order-1").stream()
                  .filter(envelope -> envelope.data() instanceof SdkEventReported)
                  .map(Envelope::id))
          .doesNotHaveDuplicates();
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(observations.of("order-1"))
                      .filteredOn(RelayClosed.class::isInstance)
                      .hasSize(2)
                      .allSatisfy(closed -> assertThat(((RelayClosed) closed).clean()).isFalse()));
      assertThat(observations.of("order-1")).filteredOn(RelayOpened.class::isInstance).hasSize(2);
    }
  }

  private static List<Long> sequences(TopicReader observations, String room) {
    return observations.of(room).stream()
        .filter(SdkEventReported.class::isInstance)
        .map(event -> ((SdkEventReported) event).observer().sequence())
        .toList();
  }

  @Test
  void aBinaryMessageInATextFrameIsABinaryMessage() {
    try (TopicReader observations = new TopicReader(Topic.ROOM_OBSERVATIONS);
        RelayClient client = welcomed("base64-1", "alice")) {
      // When
      client.event(
          1, "onRoomBinaryMessageReceived", "{'userId':'agent-1','message':'aW5mbwAAAAJ7fQ=='}");

      // Then
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(observations.of("base64-1"))
                      .filteredOn(BinaryMessageReported.class::isInstance)
                      .singleElement()
                      .isInstanceOfSatisfying(
                          BinaryMessageReported.class,
                          message ->
                              assertThat(message.frame().toBase64())
                                  .isEqualTo("aW5mbwAAAAJ7fQ==")));
    }
  }

  @Test
  void anUnknownEventIsToldKeptAndAcknowledged() {
    try (TopicReader badRows = new TopicReader(Topic.BAD_ROWS);
        RelayClient client = welcomed("unknown-1", "alice")) {
      // When
      client.event(1, "onNoSuchEvent", "").event(2, "onTokenWillExpire", "");

      // Then
      await().atMost(SOON).until(() -> client.acknowledged() == 2);
      assertThat(client.received("error"))
          .singleElement()
          .satisfies(
              error -> {
                assertThat(error.path("code").asText()).isEqualTo("unknown_event");
                assertThat(error.path("sequence").asLong()).isEqualTo(1);
              });
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(badRows.of("unknown-1"))
                      .singleElement()
                      .isInstanceOfSatisfying(
                          BadRow.class,
                          row -> {
                            assertThat(row.code()).isEqualTo("unknown_event");
                            assertThat(row.source()).isEqualTo(BadRow.Source.RELAY);
                          }));
    }
  }

  private void refused(String room, String token, int closeCode, String code) throws Exception {
    try (RelayClient client = RelayClient.connect(base, room).hello(token, "web-1")) {
      assertThat(client.closeCode()).isEqualTo(closeCode);
      assertThat(client.received("welcome")).isEmpty();
      assertThat(client.received("error"))
          .singleElement()
          .satisfies(error -> assertThat(error.path("code").asText()).isEqualTo(code));
    }
  }

  @Test
  void refusesTheSessionOfAnotherRoom() throws Exception {
    refused("room-a", SessionKeys.participant("room-b", "alice"), 4403, "room_not_allowed");
  }

  @Test
  void refusesAnOperatorWhoIsNoParticipant() throws Exception {
    refused("room-a", SessionKeys.operator(), 4403, "room_not_allowed");
  }

  @Test
  void refusesAnExpiredSession() throws Exception {
    refused("room-a", SessionKeys.expired("room-a", "alice"), 4401, "session_invalid");
  }

  @Test
  void refusesASessionForAnotherService() throws Exception {
    refused("room-a", SessionKeys.otherAudience("room-a", "alice"), 4401, "session_invalid");
  }

  @Test
  void refusesAForgedSession() throws Exception {
    refused("room-a", SessionKeys.forged("room-a", "alice"), 4401, "session_invalid");
  }

  @Test
  void refusesWhatIsNoToken() throws Exception {
    refused("room-a", "nonsense", 4401, "session_invalid");
  }

  @Test
  void refusesReportsBeforeHello() throws Exception {
    try (RelayClient client = RelayClient.connect(base, "room-a")) {
      client.event(1, "onTokenWillExpire", "");
      assertThat(client.closeCode()).isEqualTo(4400);
      assertThat(client.received("error").get(0).path("code").asText()).isEqualTo("hello_expected");
    }
  }

  @Test
  void refusesAGapInTheSequence() throws Exception {
    try (RelayClient client = welcomed("gap-1", "alice")) {
      client.event(1, "onTokenWillExpire", "").event(3, "onTokenWillExpire", "");
      assertThat(client.closeCode()).isEqualTo(4409);
      assertThat(client.received("error").get(0).path("code").asText()).isEqualTo("sequence_gap");
    }
  }

  @Test
  void refusesAndKeepsAFrameThatIsNotJson() throws Exception {
    try (TopicReader badRows = new TopicReader(Topic.BAD_ROWS);
        RelayClient client = welcomed("json-1", "alice")) {
      client.text("{nonsense");
      assertThat(client.closeCode()).isEqualTo(4400);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(badRows.of("json-1"))
                      .singleElement()
                      .isInstanceOfSatisfying(
                          BadRow.class,
                          row -> assertThat(row.code()).isEqualTo("malformed_frame")));
    }
  }

  @Test
  void refusesABinaryFrameOfAnotherVersion() throws Exception {
    try (RelayClient client = welcomed("version-1", "alice")) {
      client.bytes(new byte[40]);
      assertThat(client.closeCode()).isEqualTo(4400);
    }
  }

  @Test
  void refusesAFrameLargerThanTheSocketTakes() throws Exception {
    try (RelayClient client = welcomed("large-1", "alice")) {
      client.bytesThatMayNotArrive(new byte[200 * 1024]);
      // 1009 where the close frame still reached the client, 1006 where the connection was cut.
      assertThat(client.closeCode()).isIn(1006, 1009);
    }
  }

  @Test
  void anEventWithTooManyArgumentsIsRefusedByItself() {
    try (RelayClient client = welcomed("large-2", "alice")) {
      client.event(1, "onUserMessageReceived", "'" + "x".repeat(40_000) + "'");
      await().atMost(SOON).until(() -> client.acknowledged() == 1);
      assertThat(client.received("error").get(0).path("code").asText())
          .isEqualTo("event_too_large");
    }
  }

  @Test
  void answersPlainHttpWithWhatToDo() {
    RestAssured.given()
        .get("/v1/rooms/room-a/relay")
        .then()
        .statusCode(426)
        .contentType("application/problem+json")
        .body("code", org.hamcrest.Matchers.equalTo("websocket_expected"));
  }

  @Test
  void isReady() {
    await()
        .atMost(SOON)
        .untilAsserted(() -> RestAssured.given().get("/q/health/ready").then().statusCode(200));
  }
}
