package dev.parley.room.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnsTest {
  @Test
  void oneWhoAsksOftenLeavesRoomForOthers() throws InterruptedException {
    // Given
    Turns turns = new Turns(4, 1);

    // When
    assertThat(turns.enter("mallory", Duration.ZERO)).isTrue();
    assertThat(turns.enter("mallory", Duration.ofMillis(5))).isFalse();

    // Then
    assertThat(turns.enter("alice", Duration.ZERO)).isTrue();
    turns.leave("mallory");
    assertThat(turns.enter("mallory", Duration.ZERO)).isTrue();
  }

  @Test
  void allTogetherAreNoMoreThanMay() throws InterruptedException {
    // Given
    Turns turns = new Turns(2, 2);
    assertThat(turns.enter("alice", Duration.ZERO)).isTrue();
    assertThat(turns.enter("bob", Duration.ZERO)).isTrue();

    // When, Then
    assertThat(turns.enter("carol", Duration.ofMillis(5))).isFalse();
    turns.leave("bob");
    assertThat(turns.enter("carol", Duration.ZERO)).isTrue();
  }

  @Test
  void whoWaitsGetsTheTurnThatIsGivenBack() throws InterruptedException {
    // Given
    Turns turns = new Turns(1, 1);
    assertThat(turns.enter("alice", Duration.ZERO)).isTrue();
    CompletableFuture<Boolean> entered = new CompletableFuture<>();
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    entered.complete(turns.enter("bob", Duration.ofMinutes(1)));
                  } catch (InterruptedException e) {
                    entered.completeExceptionally(e);
                  }
                });

    // When
    turns.leave("alice");

    // Then
    assertThat(entered).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
  }
}
