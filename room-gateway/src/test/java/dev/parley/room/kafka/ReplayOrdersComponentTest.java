package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.events.Topic;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress;
import dev.parley.room.replay.ReplayProgress.State;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/** Which replays may be ordered, and what is known of them. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ReplayOrdersComponentTest extends ReplaySetup {
  @Test
  void noMoreAreOpenThanMayBeAndOneThatWaitsCanBeCalledOff() throws Exception {
    // Given: nothing can begin while somebody's transaction is open on the whole journal
    awaitJournal();
    await()
        .atMost(SOON)
        .until(() -> journal.orders().stream().noneMatch(each -> state(each) == State.RUNNING));
    long now = clock.millis();
    List<String> paths = new ArrayList<>();
    try (KafkaProducer<String, byte[]> other = transaction()) {
      other.beginTransaction();
      for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
        Future<RecordMetadata> unused =
            other.send(
                new ProducerRecord<>(
                    config.replays().journal(), partition, "another:progress", null));
      }
      other.flush();
      for (int i = 0; i < config.replays().maxOpen(); i++) {
        paths.add(ordered("replay-open", now, "parley.replay.open-" + Math.min(i, 1)));
      }

      // When, Then
      order(
              SessionKeys.operator(),
              "{'kind':'EVENTS','from':'%s','target':'parley.replay.one-too-many'}"
                  .formatted(Instant.ofEpochMilli(now - 1)))
          .statusCode(429)
          .header("Retry-After", "60")
          .body("code", equalTo("too_many_replays"));
      RestAssured.given()
          .header("Authorization", "Bearer " + SessionKeys.operator())
          .delete(paths.getFirst())
          .then()
          .statusCode(202);
      other.commitTransaction();
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> get(paths.getFirst()).body("state", equalTo("CANCELLED")));
    for (String path : paths.subList(1, paths.size())) {
      await().atMost(SOON).untilAsserted(() -> get(path).body("state", equalTo("COMPLETED")));
    }
    assertThat(topics()).contains("parley.replay.open-1").doesNotContain("parley.replay.open-0");
  }

  @Test
  void forgetsOneThatEndedLongAgoAndNoOther() {
    // Given
    long now = clock.millis();
    long monthAgo = now - Duration.ofDays(31).toMillis();
    awaitJournal();
    ReplayOrder old = events("ended-long-ago", "replay-old", monthAgo, 1);
    ReplayOrder recent = events("ended-lately", "replay-old", monthAgo, 1);
    for (ReplayOrder order : List.of(recent, old)) {
      ReplayProgress begun = ReplayProgress.begin(Map.of(), monthAgo);
      journal.end(order, begun.ended(State.COMPLETED, order.equals(old) ? monthAgo : now, null));
      journal.order(order);
    }

    // Then
    await().atMost(SOON).until(() -> journal.order(old.key()) == null);
    get("/v1/replays/ended-long-ago").statusCode(404);
    get("/v1/replays/ended-lately").statusCode(200).body("state", equalTo("COMPLETED"));
    // And not on the journal either, for those who start later.
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(recordsOf(config.replays().journal()))
                    .filteredOn(record -> record.key().startsWith(old.key()))
                    .filteredOn(record -> record.value() == null)
                    .extracting(ConsumerRecord::key)
                    .containsExactly(old.key() + ":order", old.key() + ":progress"));
  }

  @Test
  void listsReplaysPageByPage() {
    // Given
    awaitJournal();
    for (String id : List.of("!1", "!2", "!3")) {
      ReplayOrder order = events(id, "replay-pages", clock.millis(), 1);
      journal.end(
          order,
          ReplayProgress.begin(Map.of(), clock.millis())
              .ended(State.COMPLETED, clock.millis(), null));
      journal.order(order);
    }

    // When, Then
    get("/v1/replays?limit=2").body("replays.id", contains("!1", "!2")).body("next", equalTo("!2"));
    get("/v1/replays?limit=1&after=!2").body("replays.id", contains("!3"));
    get("/v1/replays?after=~").body("replays.id", empty()).body("next", equalTo(null));
    for (String limit : List.of("0", "abc", "99999999999", "1001")) {
      get("/v1/replays?limit=" + limit).statusCode(400).body("code", equalTo("invalid_value"));
    }
  }

  @Test
  void neverWritesIntoATopicThatIsNotMeantForIt() {
    awaitJournal();
    for (String target :
        List.of("rtc.room.events", "rtc.room.observations", "parley.replay.", "parley.replay./x")) {
      order(
              SessionKeys.operator(),
              "{'kind':'EVENTS','from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z','target':'%s'}"
                  .formatted(target))
          .statusCode(422)
          .body("code", equalTo("target_not_allowed"));
    }
    order(SessionKeys.operator(), "{'kind':'EVENTS','target':'parley.replay.x'}")
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
    order(
            SessionKeys.operator(),
            "{'kind':'EVENTS','from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z','topics':['rtc.token.events'],'target':'parley.replay.x'}")
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
  }

  @Test
  void takesOnlyTimesThatAnEventCanHave() {
    awaitJournal();
    for (String times :
        List.of(
            "'from':'2026-01-01T00:00:00Z','to':'+999999999-12-31T23:59:59Z'",
            "'from':'-999999999-01-01T00:00:00Z'",
            "'from':'+999999999-01-01T00:00:00Z','to':'+999999999-01-02T00:00:00Z'",
            "'from':'1969-12-31T23:59:59Z','to':'1970-01-01T00:00:01Z'")) {
      order(SessionKeys.operator(), "{'kind':'BAD_ROWS'," + times + "}")
          .statusCode(400)
          .body("code", equalTo("invalid_value"));
    }
  }

  @Test
  void onlyOperatorsMay() {
    awaitJournal();
    for (String token : List.of(SessionKeys.analyst(), SessionKeys.participant("r", "alice"))) {
      order(token, "{'kind':'BAD_ROWS','from':'2026-01-01T00:00:00Z'}")
          .statusCode(403)
          .body("code", equalTo("forbidden"));
      RestAssured.given()
          .header("Authorization", "Bearer " + token)
          .get("/v1/replays")
          .then()
          .statusCode(403);
    }
    RestAssured.get("/v1/replays").then().statusCode(401);
    get("/v1/replays/nobody-knows").statusCode(404).body("code", equalTo("replay_not_found"));
  }
}
