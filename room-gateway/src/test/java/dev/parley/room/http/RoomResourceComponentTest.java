package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.session.RememberedSessions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class RoomResourceComponentTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TestHTTPResource("/")
  URI base;

  @Inject RememberedSessions sessions;
  @Inject EventPublisher publisher;
  @Inject KafkaClients clients;
  @Inject MeterRegistry metrics;

  private static ValidatableResponse get(String token, String path) {
    return RestAssured.given().header("Authorization", "Bearer " + token).get(path).then();
  }

  @Test
  void tellsWhoIsThereAndWhatHappened() {
    try (RelayClient alice =
        RelayClient.connect(base, "read-1")
            .hello(SessionKeys.participant("read-1", "alice"), "web-1")) {
      // When
      await().atMost(SOON).until(() -> !alice.received("welcome").isEmpty());
      alice
          .event(1, "onUserJoined", "{'userInfo':{'userId':'bob'},'publishState':{}}")
          .event(2, "onUserPublishStream", "{'userId':'bob','mediaType':1}");

      // Then
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  get(SessionKeys.analyst(), "/v1/rooms/read-1")
                      .statusCode(200)
                      .body("open", equalTo(true))
                      .body("users.userId", contains("alice", "bob"))
                      .body("users[1].streams.mediaType", contains("AUDIO")));
      get(SessionKeys.operator(), "/v1/rooms?prefix=read-1")
          .statusCode(200)
          .body("rooms.roomId", contains("read-1"));
      get(SessionKeys.participant("read-1", "alice"), "/v1/rooms")
          .statusCode(200)
          .body("rooms.roomId", contains("read-1"))
          .body("next", equalTo(null));
      get(SessionKeys.participant("read-2", "carol"), "/v1/rooms")
          .statusCode(200)
          .body("rooms.roomId", not(hasItem("read-1")));
      String path = "/v1/rooms/read-1/timeline";
      get(SessionKeys.participant("read-1", "alice"), path)
          .statusCode(200)
          .body(
              "entries.type",
              contains(
                  "dev.parley.room.opened.v1",
                  "dev.parley.room.user-joined.v1",
                  "dev.parley.room.user-joined.v1",
                  "dev.parley.room.stream-published.v1"))
          .body("next", equalTo(null));
      ValidatableResponse first = get(SessionKeys.analyst(), path + "?limit=3").statusCode(200);
      first.body("entries", hasSize(3));
      List<String> rest =
          get(
                  SessionKeys.analyst(),
                  path + "?limit=3&after=" + first.extract().<String>path("next"))
              .extract()
              .path("entries.type");
      assertThat(rest).containsExactly("dev.parley.room.stream-published.v1");
      get(SessionKeys.analyst(), path + "?types=dev.parley.room.opened.v1")
          .body("entries", hasSize(1));
    }
  }

  @Test
  void aTimelineGoesOnPastWhatCannotBeReadAndCountsIt() throws Exception {
    // Given
    String key = "123456781234567812345678:read-poisoned";
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  "rtc.room.events",
                  RoomPartitioner.partition(key, Topic.PARTITIONS),
                  key,
                  new byte[] {'{'}))
          .get();
    }
    publisher
        .publish(
            new RoomOpened(
                new AppId("123456781234567812345678"),
                new RoomId("read-poisoned"),
                System.currentTimeMillis(),
                Evidence.CLIENT),
            "read-poisoned")
        .await()
        .atMost(SOON);
    Counter passedOver = metrics.counter("parley.records.passed.over", "reader", "timeline");
    double before = passedOver.count();

    // When
    ValidatableResponse timeline =
        get(SessionKeys.analyst(), "/v1/rooms/read-poisoned/timeline").statusCode(200);

    // Then
    timeline.body("entries.type", contains("dev.parley.room.opened.v1"));
    assertThat(passedOver.count() - before).isEqualTo(1);
  }

  @Test
  void refusesAParticipantOfAnotherRoom() {
    String token = SessionKeys.participant("read-2", "alice");
    get(token, "/v1/rooms/read-1").statusCode(403).body("code", equalTo("room_not_allowed"));
    get(token, "/v1/rooms/read-1/timeline")
        .statusCode(403)
        .body("code", equalTo("room_not_allowed"));
  }

  @Test
  void verifiesASessionOnceForHttpAndForSockets() {
    // Given
    String token = SessionKeys.participant("remembered-1", "alice");
    assertThat(sessions.remembered(token)).isEmpty();

    // When
    get(token, "/v1/rooms").statusCode(200);

    // Then
    JWTCallerPrincipal known = sessions.remembered(token).orElseThrow();
    try (RelayClient alice = RelayClient.connect(base, "remembered-1").hello(token, "web-1")) {
      await().atMost(SOON).until(() -> !alice.received("welcome").isEmpty());
    }
    assertThat(sessions.remembered(token)).containsSame(known);
  }

  @Test
  void refusesWhoHasNoSession() {
    RestAssured.get("/v1/rooms").then().statusCode(401).body("code", equalTo("unauthenticated"));
    get(SessionKeys.expired("read-1", "alice"), "/v1/rooms/read-1").statusCode(401);
    get(SessionKeys.otherAudience("read-1", "alice"), "/v1/rooms/read-1").statusCode(401);
  }

  @Test
  void saysWhatIsWrongWithAQuestion() {
    String token = SessionKeys.operator();
    await().atMost(SOON).untilAsserted(() -> get(token, "/v1/rooms").statusCode(200));
    get(token, "/v1/rooms/nobody-knows").statusCode(404).body("code", equalTo("room_not_found"));
    for (String wrong :
        List.of(
            "/v1/rooms?limit=0",
            "/v1/rooms?limit=abc",
            "/v1/rooms?limit=99999999999",
            "/v1/rooms/r/timeline?limit=abc",
            "/v1/rooms/r/timeline?from=-999999999-01-01T00:00:00Z",
            "/v1/rooms/r/timeline?to=%2B999999999-12-31T23:59:59Z",
            "/v1/rooms/r/timeline?types=dev.parley.room.nothing.v1",
            "/v1/rooms/r/timeline?types=dev.parley.bad-row.kept.v1")) {
      RestAssured.given()
          .urlEncodingEnabled(false)
          .header("Authorization", "Bearer " + token)
          .get(wrong)
          .then()
          .statusCode(400)
          .body("code", equalTo("invalid_value"));
    }
    get(token, "/v1/rooms?open=maybe").statusCode(400).body("code", equalTo("invalid_value"));
    get(token, "/v1/rooms/r/timeline?from=yesterday")
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
    get(token, "/v1/rooms/r/timeline?after=!!")
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
  }
}
