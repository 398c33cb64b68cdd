package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudRequest.Action;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloudCallerTest {
  private static final CloudOutcome OK = new CloudOutcome.Accepted("r");
  private static final CloudOutcome BUSY = new CloudProblem.Unavailable("InternalError.RPC", null);
  private static final CloudOutcome THROTTLED =
      new CloudProblem.Throttled("FlowLimitExceeded.QPSOverLimit", null);
  private static final CloudOutcome UNKNOWN = new CloudProblem.OutcomeUnknown("no_answer", null);
  private static final CloudOutcome REJECTED = new CloudProblem.Rejected("InvalidParameter", null);

  /** Time that passes only while somebody sleeps. */
  private static final class FakeTime extends Clock {
    private Instant now = Samples.NOW;

    void sleep(Duration duration) {
      now = now.plus(duration);
    }

    long nanos() {
      return Duration.between(Samples.NOW, now).toNanos();
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  private final FakeTime time = new FakeTime();
  private final Deque<CloudOutcome> answers = new ArrayDeque<>();
  private int calls;
  private final QuotaShare quota = new QuotaShare(600, 1, time::nanos);

  private CloudCaller caller(int maxAttempts) {
    return new CloudCaller(
        request -> {
          calls++;
          return answers.removeFirst();
        },
        appId -> "default",
        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2), () -> 1.0),
        maxAttempts,
        100,
        Duration.ofSeconds(1),
        time,
        time::sleep);
  }

  private CloudOutcome call(boolean repeatable, CloudOutcome... outcomes)
      throws InterruptedException {
    answers.addAll(List.of(outcomes));
    return caller(4).call(request(repeatable), quota, () -> {}, time.instant().plusSeconds(30));
  }

  private static CloudRequest request(boolean repeatable) {
    return new CloudRequest(
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
  void beginsNoAttemptAfterTheDeadline() throws InterruptedException {
    // Given
    answers.addAll(List.of(BUSY, BUSY, BUSY, BUSY));

    // When: waits of 200, 400, 800 ms
    CloudOutcome outcome =
        caller(10).call(request(true), quota, () -> {}, time.instant().plusSeconds(1));

    // Then
    assertThat(outcome).isEqualTo(BUSY);
    assertThat(calls).isLessThanOrEqualTo(3);
    assertThat(time.instant()).isBeforeOrEqualTo(Samples.NOW.plusSeconds(1));
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
}
