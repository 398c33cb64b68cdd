package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final Deadlines deadlines = new Deadlines();

  @Test
  void aRoomIsWaitedForOnceHoweverOftenItsDeadlineMoves() {
    // When
    for (long at = 10_000; at > 0; at--) {
      deadlines.by("room-1", at);
    }

    // Then
    assertThat(deadlines.size()).isEqualTo(1);
    assertThat(deadlines.poll(0)).isNull();
    assertThat(deadlines.poll(1)).isEqualTo("room-1");
    assertThat(deadlines.size()).isZero();
  }

  @Test
  void roomsComeInTheOrderOfTheirDeadlines() {
    // Given
    deadlines.by("room-2", 20);
    deadlines.by("room-1", 30);
    deadlines.by("room-3", 20);
    deadlines.by("room-1", 10);

    // When, Then
    assertThat(deadlines.poll(25)).isEqualTo("room-1");
    assertThat(deadlines.poll(25)).isEqualTo("room-2");
    assertThat(deadlines.poll(25)).isEqualTo("room-3");
    assertThat(deadlines.poll(25)).isNull();
  }

  @Test
  void aDeadlineThatMovesAwayIsLookedAtInVainOnce() {
    // When
    deadlines.by("room-1", 10);
    deadlines.by("room-1", 90);

    // Then
    assertThat(deadlines.poll(50)).isEqualTo("room-1");
    assertThat(deadlines.poll(50)).isNull();
  }

  @Test
  void aRoomThatIsForgottenIsNotWaitedFor() {
    // Given
    deadlines.by("room-1", 10);

    // When
    deadlines.cancel("room-1");

    // Then
    assertThat(deadlines.poll(99)).isNull();
    assertThat(deadlines.size()).isZero();
  }
}
