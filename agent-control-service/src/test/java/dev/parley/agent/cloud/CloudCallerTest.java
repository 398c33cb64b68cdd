package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudCallerTest {
  private static final CloudOutcome OK = new CloudOutcome.Accepted("r");
  private static final CloudOutcome BUSY = new CloudProblem.Unavailable("InternalError.RPC", null);
  private static final CloudOutcome THROTTLED =
      new CloudProblem.Throttled("FlowLimitExceeded.QPSOverLimit", null);
  private static final CloudOutcome UNKNOWN = new CloudProblem.OutcomeUnknown("no_answer", null);
  private static final CloudOutcome REJECTED = new CloudProblem.Rejected("InvalidParameter", null);

  // Passes only while somebody sleeps.
  private final MutableClock time = new MutableClock(Samples.NOW);
  private final Deque<CloudOutcome> answers = new ArrayDeque<>();
  private int calls;
  private final QuotaShare quota = new QuotaShare(600, 1, time::nanos);

  private CloudCaller caller(int maxAttempts) {
    return caller(maxAttempts, 100);
  }

  private CloudCaller caller(int maxAttempts, int failuresToOpen) {
    return caller(maxAttempts, failuresToOpen, time::advance);
  }

  private CloudCaller caller(CloudCaller.Pause pause) {
    return caller(4, 100, pause);
  }

  private CloudCaller caller(int maxAttempts, int failuresToOpen, CloudCaller.Pause pause) {
    return new CloudCaller(
        request -> {
          calls++;
          return answers.removeFirst();
        },
        appId -> "default",
        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2), () -> 1.0),
        maxAttempts,
        failuresToOpen,
        Duration.ofHours(1),
        time,
        pause);
  }

  private CloudOutcome call(boolean repeatable, CloudOutcome... outcomes)
      throws InterruptedException {
    answers.addAll(List.of(outcomes));
    return caller(4).call(request(repeatable), quota, () -> {}, time.instant().plusSeconds(30));
  }

  private static CloudRequest request(boolean repeatable) {
    return CloudRequest.of(
        Samples.APP, Action.START, JsonNodeFactory.instance.objectNode(), repeatable);
  }

  @Test
  void repeatsWhatIsThrottledOrUnavailable() throws InterruptedException {
    // When
    CloudOutcome outcome = call(true, THROTTLED, BUSY, OK);

    // Then
    assertThat(outcome).isEqualTo(OK);
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void neverRepeatsWhatIsRejected() throws InterruptedException {
    // When
    CloudOutcome outcome = call(true, REJECTED, OK);

    // Then
    assertThat(outcome).isEqualTo(REJECTED);
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void givesUpAfterItsAttempts() throws InterruptedException {
    // When
    CloudOutcome outcome = call(true, BUSY, BUSY, BUSY, BUSY, OK);

    // Then
    assertThat(outcome).isEqualTo(BUSY);
    assertThat(calls).isEqualTo(4);
  }

  @Test
  void asksAgainWhenNoAnswerCameToARepeatableCall() throws InterruptedException {
    // When
    CloudOutcome outcome =
        call(
            true,
            UNKNOWN,
            new CloudProblem.AlreadyExists("InvalidParameter.TaskAlreadyExists", null));

    // Then
    assertThat(outcome).isInstanceOf(CloudProblem.AlreadyExists.class);
    assertThat(calls).isEqualTo(2);
  }

  @Test
  void doesNotSayATextTwiceWhenNoAnswerCame() throws InterruptedException {
    // When
    CloudOutcome outcome = call(false, UNKNOWN, OK);

    // Then
    assertThat(outcome).isEqualTo(UNKNOWN);
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void aRefusalAfterAnUnansweredAttemptLeavesTheOutcomeUnknown() throws InterruptedException {
    // When
    CloudOutcome outcome = call(true, UNKNOWN, REJECTED);

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.OutcomeUnknown("InvalidParameter", null));
  }

  @Test
  void aRefusalAfterTheCloudBrokeLeavesTheOutcomeUnknown() throws InterruptedException {
    // When
    CloudOutcome outcome = call(true, BUSY, REJECTED);

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.OutcomeUnknown("InvalidParameter", null));
  }

  @Test
  void aRefusalAfterAttemptsThatReachedNobodyIsARefusal() throws InterruptedException {
    // When
    CloudOutcome outcome =
        call(true, new CloudProblem.Unavailable("connection_failed", null), THROTTLED, REJECTED);

    // Then
    assertThat(outcome).isEqualTo(REJECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http_503", "InternalError.RPC"})
  void asksNoSecondTimeForWhatIsHeardTwiceOnceTheCloudBrokeAtIt(String code)
      throws InterruptedException {
    // When
    CloudOutcome outcome = call(false, new CloudProblem.Unavailable(code, "req-1"), OK);

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.OutcomeUnknown(code, "req-1"));
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void asksAgainForWhatIsHeardTwiceWhenTheCloudWasNotReached() throws InterruptedException {
    // When
    CloudOutcome outcome =
        call(false, new CloudProblem.Unavailable("connection_failed", null), THROTTLED, OK);

    // Then
    assertThat(outcome).isEqualTo(OK);
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void whoeverWakesUpLateWaitsUntilTheSecondHasRoom() throws InterruptedException {
    // Given: five calls a second, and a process that stands still while the first one waits
    QuotaShare five = new QuotaShare(60, 12, time::nanos);
    List<Instant> made = new ArrayList<>();
    List<Duration> standstills = new ArrayList<>(List.of(Duration.ofMillis(900)));
    CloudCaller caller =
        new CloudCaller(
            request -> {
              made.add(time.instant());
              return OK;
            },
            appId -> "default",
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2), () -> 1.0),
            1,
            100,
            Duration.ofHours(1),
            time,
            pause ->
                time.advance(
                    standstills.isEmpty() ? pause : pause.plus(standstills.removeFirst())));

    // When
    for (int i = 0; i < 10; i++) {
      CloudOutcome unused =
          caller.call(request(true), five, () -> {}, time.instant().plusSeconds(30));
    }

    // Then
    Instant late = Samples.NOW.plusMillis(2_000);
    assertThat(made)
        .containsExactly(
            late,
            late,
            late,
            late,
            late,
            late.plusMillis(1_100),
            late.plusMillis(1_100),
            late.plusMillis(1_100),
            late.plusMillis(1_100),
            late.plusMillis(1_100));
  }

  @Test
  void whoeverWakesUpAfterTheDeadlineMakesNoCall() throws InterruptedException {
    // Given: a process that stands still while its call waits for the quota
    QuotaShare five = new QuotaShare(60, 12, time::nanos);
    CloudCaller caller = caller(pause -> time.advance(pause.plusSeconds(5)));
    answers.add(OK);

    // When
    CloudOutcome outcome =
        caller.call(request(true), five, () -> {}, time.instant().plusSeconds(6));

    // Then: its turn came after 1.1 s, and it after 6.1
    assertThat(outcome)
        .isEqualTo(new CloudProblem.Throttled(CloudCaller.QUOTA_WAIT_TOO_LONG, null));
    assertThat(calls).isZero();
  }

  @Test
  void whoeverWakesUpAfterTheDeadlineIsToldWhatTheCloudSaidBefore() throws InterruptedException {
    // Given: the first call is made at once; the process stands still before the second
    QuotaShare one = new QuotaShare(12, 12, time::nanos);
    time.advance(Duration.ofSeconds(2));
    Duration turn = Duration.ofMillis(1_100).minus(Duration.ofMillis(200));
    CloudCaller caller =
        caller(pause -> time.advance(pause.equals(turn) ? pause.plusSeconds(30) : pause));
    answers.addAll(List.of(THROTTLED, OK));

    // When
    CloudOutcome outcome =
        caller.call(request(true), one, () -> {}, time.instant().plusSeconds(30));

    // Then
    assertThat(outcome).isEqualTo(THROTTLED);
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void countsTheCallsThatWaitForTheQuota() throws InterruptedException {
    // Given
    QuotaShare one = new QuotaShare(12, 12, time::nanos);
    List<CloudCaller> self = new ArrayList<>();
    List<Integer> whileWaiting = new ArrayList<>();
    CloudCaller caller =
        caller(
            pause -> {
              whileWaiting.add(self.getFirst().waiting(Action.START));
              whileWaiting.add(self.getFirst().waiting(Action.STOP));
              time.advance(pause);
            });
    self.add(caller);
    answers.add(OK);

    // When
    CloudOutcome outcome = caller.call(request(true), one, () -> {}, time.instant().plusSeconds(5));

    // Then
    assertThat(outcome).isEqualTo(OK);
    assertThat(whileWaiting).containsExactly(1, 0);
    assertThat(caller.waiting(Action.START)).isZero();
  }

  @Test
  void waitsForTheEndOfAnotherCallForTheSameAgentAndUsesUpNoAttempt() throws InterruptedException {
    // Given
    CloudOutcome parallel = new CloudProblem.Busy("InternalError.Parallel", null);
    CloudOutcome exists =
        new CloudProblem.AlreadyExists("InvalidParameter.TaskAlreadyExists", null);

    // When
    CloudOutcome outcome =
        call(true, parallel, parallel, parallel, parallel, parallel, parallel, exists);

    // Then
    assertThat(outcome).isEqualTo(exists);
    assertThat(calls).isEqualTo(7);
  }

  @Test
  void waitsForAnotherCallNoLongerThanItsDeadline() throws InterruptedException {
    // Given
    CloudOutcome parallel = new CloudProblem.Busy("InternalError.Parallel", null);
    for (int i = 0; i < 30; i++) {
      answers.add(parallel);
    }

    // When
    CloudOutcome outcome =
        caller(4).call(request(true), quota, () -> {}, time.instant().plusSeconds(10));

    // Then
    assertThat(outcome).isEqualTo(parallel);
    assertThat(time.instant()).isBeforeOrEqualTo(Samples.NOW.plusSeconds(10));
  }

  @Test
  void beginsNoAttemptAfterTheDeadline() throws InterruptedException {
    // Given
    answers.addAll(List.of(BUSY, BUSY, BUSY, BUSY));

    // When: waits of 200, 400, 800 ms
    CloudOutcome outcome =
        caller(10).call(request(true), quota, () -> {}, time.instant().plusSeconds(2));

    // Then
    assertThat(outcome).isEqualTo(BUSY);
    assertThat(calls).isLessThanOrEqualTo(3);
    assertThat(time.instant()).isBeforeOrEqualTo(Samples.NOW.plusSeconds(2));
  }

  @Test
  void doesNotCallAtAllWhenTheQuotaHasNoRoomInTime() throws InterruptedException {
    // Given
    QuotaShare small = new QuotaShare(1, 12, time::nanos);

    // When
    CloudOutcome outcome =
        caller(4).call(request(true), small, () -> {}, time.instant().plusSeconds(5));

    // Then
    assertThat(outcome)
        .isEqualTo(new CloudProblem.Throttled(CloudCaller.QUOTA_WAIT_TOO_LONG, null));
    assertThat(calls).isZero();
  }

  @Test
  void doesNotCallWhenThePartitionIsLost() {
    // When
    CloudCaller.Lease lost =
        () -> {
          throw new LeaseLostException();
        };

    // Then
    assertThatThrownBy(
            () -> caller(4).call(request(true), quota, lost, time.instant().plusSeconds(30)))
        .isInstanceOf(LeaseLostException.class);
    assertThat(calls).isZero();
  }

  @Test
  void waitsWhileTheCircuitIsOpenAndAsksNobody() throws InterruptedException {
    // Given
    CloudCaller caller = caller(4, 1);
    answers.add(BUSY);

    // When
    CloudOutcome first =
        caller.call(request(true), quota, () -> {}, time.instant().plusSeconds(30));
    Instant between = time.instant();
    CloudOutcome second =
        caller.call(request(true), quota, () -> {}, time.instant().plusSeconds(30));

    // Then
    assertThat(first).isEqualTo(BUSY);
    assertThat(second).isEqualTo(new CloudProblem.Unavailable(CloudCaller.CIRCUIT_OPEN, null));
    assertThat(calls).isEqualTo(1);
    assertThat(Duration.between(between, time.instant())).isGreaterThan(Duration.ofSeconds(25));
  }
}
