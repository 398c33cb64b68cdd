package dev.parley.room.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.codec.Json;
import dev.parley.room.replay.ReplayProgress.Span;
import dev.parley.room.replay.ReplayProgress.State;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayProgressTest {

  @Test
  void readsWhatTheJournalHasOfGatewaysThatDidNotCountTheUnreadable() throws Exception {
    // Given
    String before =
        "{\"state\":\"RUNNING\",\"updatedMillis\":5,"
            + "\"spans\":{\"rtc.room.events/0\":{\"next\":2,\"end\":9}},"
            + "\"written\":1,\"passedOver\":1,\"refusedAgain\":0}";

    // When
    ReplayProgress read = Json.mapper().readValue(before, ReplayProgress.class);

    // Then
    assertThat(read)
        .isEqualTo(
            new ReplayProgress(
                State.RUNNING, 5, Map.of("rtc.room.events/0", new Span(2, 9)), 1, 1, 0, 0, null));
  }
}
