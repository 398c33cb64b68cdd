package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.reaper.SignsOfLife;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> 1.0);

  private static Run run() {
    return new Run(
        new AgentTaskState.Requested(Samples.facts()).dispatched(NOW).running(NOW),
        SignsOfLife.unknown(NOW),
        NOW,
        BACKOFF,
        BACKOFF);
  }

  @Test
  void imagesAreNumberedUpwards() {
    // Given
    Run run = run();

    // When: two in the same millisecond, and one when the clock was put back
    List<Integer> groups =
        List.of(
            run.nextImageGroup(NOW.plusMillis(5)),
            run.nextImageGroup(NOW.plusMillis(5)),
            run.nextImageGroup(NOW.minusSeconds(1)),
            run.nextImageGroup(NOW.plusSeconds(1)));

    // Then
    assertThat(groups).isSorted().doesNotHaveDuplicates().allMatch(group -> group > 0);
  }

  @Test
  void theNextWorkerNumbersImagesAboveThoseOfTheOneBefore() {
    // Given
    Run before = run();
    int last = before.nextImageGroup(NOW.plusSeconds(10));

    // When
    int next = run().nextImageGroup(NOW.plusSeconds(11));

    // Then
    assertThat(next).isGreaterThan(last);
  }

  @Test
  void aSignOfLifeIsWrittenDownOnlyFromTimeToTime() {
    // Given
    Duration every = Duration.ofMinutes(5);
    Run run = run();

    // When / Then
    run.see(signs -> signs.heard(NOW.plusSeconds(299)));
    assertThat(run.signUnwritten(every)).isFalse();
    run.see(signs -> signs.heard(NOW.plusSeconds(300)));
    assertThat(run.signUnwritten(every)).isTrue();
    run.signsWritten(NOW.plusSeconds(300));
    assertThat(run.signUnwritten(every)).isFalse();
  }

  @Test
  void whatIsBeingCleanedUpIsNotBegunAgain() {
    // Given: the third attempt is due after four seconds
    Run run = run();
    run.beginCleanUp(NOW, NOW);
    run.cleanUp().again(NOW);
    run.cleanUp().again(NOW);
    run.cleanUp().again(NOW);

    // When: the agent is heard of once more
    run.beginCleanUp(NOW.plusSeconds(1), NOW.plusSeconds(1));

    // Then
    assertThat(run.cleanUp().next()).isEqualTo(NOW.plusSeconds(4));
    assertThat(run.cleanUpSince()).isEqualTo(NOW);
  }
}
