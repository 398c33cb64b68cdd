package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Topic;
import dev.parley.events.codec.EventCodec;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.room.http.SessionKeys;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bad rows that are driven again. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class RedriveComponentTest extends ReplaySetup {
  private static BadRow refused(String room, long atMillis, String body) {
    return new BadRow(
        APP.value(),
        room,
        atMillis,
        BadRow.Source.MESSAGE_CALLBACK,
        "message_not_base64",
        "The message is not Base64.",
        Bytes.of(body.getBytes(StandardCharsets.UTF_8)),
        false,
        Map.of("path", "/v1/callbacks", "taskId", "task-1", "genuine", "genuine"));
  }

  @Test
  void badRowsGoThroughTheDoorsThatRefusedThem() {
    // Given: one that can be read now, one that cannot
    long now = clock.millis();
    String good = "{\"message\":\"Y29udgAAAAJ7fQ==\",\"signature\":\"****\"}";
    for (String body : List.of(good, "{\"message\":\"!\",\"signature\":\"****\"}")) {
      write(refused("replay-bad", now, body), "bad-" + body.length());
    }
    awaitJournal();

    // When
    String path =
        path(
            order(
                SessionKeys.operator(),
                "{'kind':'BAD_ROWS','roomId':'replay-bad','types':['message_not_base64'],'from':'%s','to':'%s'}"
                    .formatted(Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 1))));

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                get(path)
                    .body("state", equalTo("COMPLETED"))
                    .body("written", equalTo(1))
                    .body("refusedAgain", equalTo(1)));
    assertThat(recordsOf(Topic.ROOM_OBSERVATIONS.topicName()))
        .filteredOn(record -> record.key().equals(APP + ":replay-bad"))
        .singleElement()
        .satisfies(
            record ->
                assertThat(EventCodec.decode(record.headers(), record.value()))
                    .extracting("envelope.data")
                    .isInstanceOfSatisfying(
                        MessageCallbackReceived.class,
                        callback -> {
                          assertThat(callback.taskId().value()).isEqualTo("task-1");
                          assertThat(callback.eventTimeMillis()).isEqualTo(now);
                          assertThat(callback.frame().toBase64()).isEqualTo("Y29udgAAAAJ7fQ==");
                        }));
  }

  @Test
  void ofOneEventOneBadRowIsDriven() {
    // Given: the cloud called three times while its answer was a refusal
    long now = clock.millis();
    String body = "{\"message\":\"Y29udgAAAAJ7fQ==\",\"signature\":\"****\"%s}";
    for (String tried : List.of("", ",\"try\":2", ",\"try\":3")) {
      write(
          refused("replay-thrice", now, body.formatted(tried)),
          "thrice-" + tried.length() + tried.hashCode());
    }
    awaitJournal();

    // When
    String path =
        path(
            order(
                SessionKeys.operator(),
                "{'kind':'BAD_ROWS','roomId':'replay-thrice','from':'%s','to':'%s'}"
                    .formatted(Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 1))));

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> get(path).body("state", equalTo("COMPLETED")).body("written", equalTo(1)));
    assertThat(recordsOf(Topic.ROOM_OBSERVATIONS.topicName()))
        .filteredOn(record -> record.key().equals(APP + ":replay-thrice"))
        .singleElement()
        .satisfies(
            record ->
                assertThat(
                        new String(
                            record.headers().lastHeader("ce_replayid").value(),
                            StandardCharsets.UTF_8))
                    .isEqualTo(path.substring("/v1/replays/".length())));
  }
}
