package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MilestonesTest {
  @Test
  void theTimeInTheRoomIsTheDifferenceOfTheTimesThatEventsTell() {
    // Given
    Milestones milestones =
        new Milestones(null, Instant.parse("2026-01-31T12:00:00.100900Z"), null);

    // When
    Duration active = milestones.active(Instant.parse("2026-01-31T12:00:00.207100Z"));

    // Then
    assertThat(active).isEqualTo(Duration.ofMillis(107));
  }

  @Test
  void anAgentThatNeverRanWasNeverInTheRoom() {
    assertThat(Milestones.NONE.active(Instant.parse("2026-01-31T12:00:00Z")))
        .isEqualTo(Duration.ZERO);
  }
}
