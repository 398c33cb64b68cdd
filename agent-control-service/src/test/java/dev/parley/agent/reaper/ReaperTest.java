package dev.parley.agent.reaper;

import static dev.parley.agent.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.Samples;
import dev.parley.events.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReaperTest {
  private final Reaper reaper =
      new Reaper(
          new Reaper.Rules(
              Duration.ofSeconds(10),
              Duration.ofSeconds(60),
              Duration.ofHours(4),
              Duration.ofMinutes(30)));
  private final Running running =
      new AgentTaskState.Requested(Samples.facts()).dispatched(NOW).running(NOW);
  private final SignsOfLife signs = SignsOfLife.unknown(NOW);

  @Test
  void leavesAnAgentAloneWhoseUserIsThere() {
    // When
    Optional<StopReason> reason = reaper.due(running, signs, NOW.plusSeconds(60));

    // Then
    assertThat(reason).isEmpty();
  }

  @Test
  void stopsAnAgentWhoseUserWasGoneForTheGrace() {
    // Given
    SignsOfLife left = signs.targetLeft(NOW.plusSeconds(60));

    // When
    Optional<StopReason> reason = reaper.due(running, left, NOW.plusSeconds(70));

    // Then
    assertThat(reason).contains(StopReason.TARGET_LEFT);
    assertThat(reaper.next(running, left)).contains(NOW.plusSeconds(70));
  }

  @Test
  void waitsForTheGraceToPass() {
    // When
    Optional<StopReason> reason =
        reaper.due(running, signs.targetLeft(NOW.plusSeconds(60)), NOW.plusMillis(69_999));

    // Then
    assertThat(reason).isEmpty();
  }

  @Test
  void aReconnectWithinTheGraceCancelsIt() {
    // Given
    SignsOfLife back = signs.targetLeft(NOW.plusSeconds(60)).targetThere();

    // When
    Optional<StopReason> reason = reaper.due(running, back, NOW.plusSeconds(120));

    // Then
    assertThat(reason).isEmpty();
  }

  @Test
  void aSecondReportOfTheSameLeaveDoesNotExtendTheGrace() {
    // Given
    SignsOfLife twice = signs.targetLeft(NOW.plusSeconds(60)).targetLeft(NOW.plusSeconds(69));

    // When
    Optional<StopReason> reason = reaper.due(running, twice, NOW.plusSeconds(70));

    // Then
    assertThat(reason).contains(StopReason.TARGET_LEFT);
  }

  @Test
  void stopsAnAgentWhoseUserNeverCame() {
    // Given
    SignsOfLife awaited = signs.targetAwaited(NOW.minusSeconds(5));

    // When
    Optional<StopReason> before = reaper.due(running, awaited, NOW.plusMillis(59_999));
    Optional<StopReason> then = reaper.due(running, awaited, NOW.plusSeconds(60));

    // Then
    assertThat(before).isEmpty();
    assertThat(then).contains(StopReason.TARGET_LEFT);
    assertThat(reaper.next(running, awaited)).contains(NOW.plusSeconds(60));
  }

  @Test
  void leavesAnAgentAloneWhoseUserCameOrSpokeInTime() {
    // Given
    SignsOfLife came = signs.targetAwaited(NOW).targetThere();
    SignsOfLife spoke = signs.targetAwaited(NOW).targetHeard(NOW);

    // When / Then
    assertThat(reaper.due(running, came, NOW.plusSeconds(60))).isEmpty();
    assertThat(reaper.due(running, spoke, NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void judgesNobodysComingWhereNobodyTellsWhoIsInTheRoom() {
    // When
    Optional<StopReason> reason = reaper.due(running, signs, NOW.plusSeconds(60));

    // Then
    assertThat(reason).isEmpty();
  }

  @Test
  void aUserWhoWasSeenIsNotAwaitedAgain() {
    // Given
    SignsOfLife seen = signs.targetThere().targetAwaited(NOW);

    // When / Then
    assertThat(reaper.due(running, seen, NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void aWorkerThatTookOverWaitsAnewForAUserWhomItMisses() {
    // Given
    SignsOfLife awaited = signs.targetAwaited(NOW.plusSeconds(600));

    // When
    Optional<StopReason> before = reaper.due(running, awaited, NOW.plusMillis(659_999));
    Optional<StopReason> then = reaper.due(running, awaited, NOW.plusSeconds(660));

    // Then
    assertThat(before).isEmpty();
    assertThat(then).contains(StopReason.TARGET_LEFT);
    assertThat(reaper.next(running, awaited)).contains(NOW.plusSeconds(660));
  }

  @Test
  void aUserWhoLeftBeforeTheAgentWasAskedForIsToCome() {
    // Given
    SignsOfLife before = signs.targetThere().targetLeftBefore(NOW.plusSeconds(1));

    // When / Then
    assertThat(reaper.due(running, before, NOW.plusMillis(60_999))).isEmpty();
    assertThat(reaper.due(running, before, NOW.plusSeconds(61))).contains(StopReason.TARGET_LEFT);
  }

  @Test
  void stopsTheAgentOfARoomThatStaysClosed() {
    // Given
    SignsOfLife closed = signs.closed(NOW.plusSeconds(60)).closed(NOW.plusSeconds(65));

    // When
    Optional<StopReason> before = reaper.due(running, closed, NOW.plusMillis(69_999));
    Optional<StopReason> then = reaper.due(running, closed, NOW.plusSeconds(70));

    // Then
    assertThat(before).isEmpty();
    assertThat(then).contains(StopReason.ROOM_CLOSED);
    assertThat(reaper.next(running, closed)).contains(NOW.plusSeconds(70));
  }

  @Test
  void leavesTheAgentAloneOfARoomThatOpenedAgain() {
    // Given
    SignsOfLife openedAgain = signs.closed(NOW).opened();

    // When
    Optional<StopReason> reason = reaper.due(running, openedAgain, NOW.plusSeconds(60));

    // Then
    assertThat(reason).isEmpty();
  }

  @Test
  void settlesAnAgentThatIsGoneWithoutAWord() {
    // When
    Optional<StopReason> reason = reaper.due(running, signs.agentLeft(NOW), NOW.plusSeconds(10));

    // Then
    assertThat(reason).contains(StopReason.ENDED_BY_CLOUD);
  }

  @Test
  void stopsAnAgentThatRanForTooLong() {
    // Given
    Instant end = NOW.plus(Duration.ofHours(4));

    // When
    Optional<StopReason> reason = reaper.due(running, signs.heard(end), end);

    // Then
    assertThat(reason).contains(StopReason.MAX_DURATION);
  }

  @Test
  void stopsAnAgentOfWhichNothingIsHeard() {
    // When
    Optional<StopReason> reason = reaper.due(running, signs, NOW.plus(Duration.ofMinutes(30)));

    // Then
    assertThat(reason).contains(StopReason.SILENCE);
  }

  @Test
  void leavesAnAgentAloneThatIsBeingStopped() {
    // When
    Optional<StopReason> reason =
        reaper.due(
            running.stopping(NOW, StopReason.REQUESTED), signs.closed(NOW), NOW.plusSeconds(60));

    // Then
    assertThat(reason).isEmpty();
  }
}
