package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.kafka.DueRooms.Place;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueRoomsTest {
  private final DueRooms<String> due = new DueRooms<>();
  private final Place<String> first = new Place<>("first");
  private final Place<String> second = new Place<>("second");

  private List<String> poll(Instant now) {
    return due.poll(now).stream().map(Place::room).toList();
  }

  @Test
  void roomsComeWhenTheirTurnHasCome() {
    // Given
    due.by(second, NOW.plusMillis(20));
    due.by(first, NOW.plusMillis(10));

    // When / Then
    assertThat(poll(NOW.plusMillis(9))).isEmpty();
    assertThat(poll(NOW.plusMillis(20))).containsExactly("first", "second");
    assertThat(poll(NOW.plusMillis(20))).isEmpty();
  }

  @Test
  void theEarliestTurnOfARoomCounts() {
    // Given
    due.by(first, NOW.plusMillis(30));
    due.by(first, NOW.plusMillis(10));
    due.by(first, NOW.plusMillis(20));

    // When / Then
    assertThat(poll(NOW.plusMillis(10))).containsExactly("first");
    assertThat(poll(NOW.plusMillis(30))).isEmpty();
  }

  @Test
  void aRoomThatWasTakenOutCanBeAskedForAgain() {
    // Given
    due.by(first, NOW);
    assertThat(poll(NOW)).containsExactly("first");

    // When
    due.by(first, NOW.plusMillis(10));

    // Then
    assertThat(poll(NOW.plusMillis(10))).containsExactly("first");
  }

  @Test
  void noRoomComesBeforeItsTurn() {
    // When
    due.by(first, NOW.plusNanos(1));

    // Then
    assertThat(poll(NOW)).isEmpty();
    assertThat(poll(NOW.plusMillis(1))).containsExactly("first");
  }

  @Test
  void aRoomThatNothingIsDueInNeverComes() {
    // When
    due.by(first, Instant.MAX);

    // Then
    assertThat(poll(Instant.parse("9999-12-31T23:59:59Z"))).isEmpty();
  }
}
