package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.BadRow;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.room.Rooms;
import dev.parley.room.ingest.EventBatch.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class EventBatchTest {
  private final List<Payload> kept = new ArrayList<>();
  private boolean away;

  private CompletionStage<Void> publish(Draft draft) {
    if (away) {
      return CompletableFuture.failedFuture(new KafkaUnavailableException("away", null));
    }
    if (draft.data() instanceof SdkEventReported event && event.name().equals("onTrackMute")) {
      return CompletableFuture.failedFuture(Rooms.refusedByTheCodec());
    }
    kept.add(draft.data());
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<List<Result>> keep(String... events) {
    ReportTaker taker =
        new ReportTaker(
            Rooms.KEY,
            new UserId("alice"),
            new ClientId("web-1"),
            new ClientClock(Rooms.T0, Rooms.T0),
            new ReportTaker.Limits(32_768, Duration.ofHours(6), Duration.ofSeconds(10)));
    List<JsonNode> items = new ArrayList<>();
    for (String event : events) {
      items.add(Rooms.json(event));
    }
    return new EventBatch(taker, Rooms.T0, this::publish).keep(items).toCompletableFuture();
  }

  private static String event(int sequence, String name) {
    return "{'sequence':%d,'clientTimeMillis':%d,'name':'%s'}".formatted(sequence, Rooms.T0, name);
  }

  @Test
  void oneThatTheCodecRefusesIsABadRowAndItsNeighboursAreKept() {
    // When
    List<Result> results =
        keep(event(1, "onUserJoined"), event(2, "onTrackMute"), event(3, "onUserLeave")).join();

    // Then
    assertThat(results)
        .extracting(Result::sequence, Result::status, Result::code)
        .containsExactly(
            tuple(1L, "kept", null),
            tuple(2L, "refused", "event_refused"),
            tuple(3L, "kept", null));
    assertThat(kept)
        .filteredOn(SdkEventReported.class::isInstance)
        .extracting(event -> ((SdkEventReported) event).observer().sequence())
        .containsExactly(1L, 3L);
    assertThat(kept)
        .filteredOn(BadRow.class::isInstance)
        .extracting(row -> ((BadRow) row).code(), row -> ((BadRow) row).origin().get("sequence"))
        .containsExactly(tuple("event_refused", "2"));
  }

  @Test
  void nothingIsAnsweredWhileKafkaIsAway() {
    // Given
    away = true;

    // When
    CompletableFuture<List<Result>> results = keep(event(1, "onUserJoined"));

    // Then
    assertThat(results)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(KafkaUnavailableException.class);
  }

  @Test
  void aTokenInARefusedItemIsMasked() {
    // When
    List<Result> results = keep(event(1, "onNope").replace("}", ",'token':'secret'}")).join();

    // Then
    assertThat(results).extracting(Result::code).containsExactly("unknown_event");
    assertThat(kept)
        .singleElement()
        .isInstanceOfSatisfying(
            BadRow.class,
            row ->
                assertThat(new String(row.raw().toArray(), StandardCharsets.UTF_8))
                    .isEqualTo(
                        "{\"sequence\":1,\"clientTimeMillis\":1750000000000,\"name\":\"onNope\",\"token\":\"****\"}"));
  }
}
