package dev.parley.agent;

import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.facts;
import static dev.parley.agent.Samples.interrupt;
import static dev.parley.agent.Samples.start;
import static dev.parley.agent.Samples.stop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState.Dispatched;
import dev.parley.agent.AgentTaskState.Failed;
import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.AgentTaskState.Running;
import dev.parley.agent.AgentTaskState.Stopped;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.AgentTask;
import dev.parley.events.Failure;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentControlTest {
  private static final Instant LATER = NOW.plusSeconds(1);

  private final AgentControl control = new AgentControl(Samples.LIMITS);
  private final Requested requested = new Requested(facts());
  private final Dispatched dispatched = requested.dispatched(NOW);
  private final Running running = dispatched.running(NOW);
  private final Stopping stopping = running.stopping(NOW, StopReason.REQUESTED);

  private static Evidence appeared(RunningEvidence by) {
    return new Evidence.Appeared(by, LATER);
  }

  @Test
  void aStartIsWrittenDownBeforeTheCloudIsCalled() {
    // When
    Decision decision = control.decide(null, start("c-1"), NOW);

    // Then
    Change first = ((Decision.CallCloud) decision).first();
    assertThat(first.state()).isEqualTo(requested);
    assertThat(first.events()).hasSize(1).first().isInstanceOf(AgentRequested.class);
  }

  @Test
  void aStartThatWaitedTooLongFailsAndIsNotRunLate() {
    // Given
    Instant tooLate = NOW.plus(Samples.TTL).plusMillis(1);

    // When
    Decision decision = control.decide(null, start("c-1"), tooLate);

    // Then
    Change change = ((Decision.Settle) decision).change();
    assertThat(change.state().failure()).extracting(Failure::code).isEqualTo("command_expired");
    assertThat(change.stopInCloud()).isFalse();
  }

  @Test
  void aStartDeliveredAgainBeforeItsAnswerAsksTheCloudAgain() {
    // When
    Decision decision = control.decide(requested, start("c-1"), NOW);

    // Then
    Change first = ((Decision.CallCloud) decision).first();
    assertThat(first.state()).isEqualTo(requested);
    assertThat(first.events()).hasSize(1).first().isInstanceOf(AgentRequested.class);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aStartThatFailsWhenAskedAgainIsStoppedInTheCloud(CloudProblem refusal) {
    // Given: a worker before may have been killed after its call had done its work
    Decision.CallCloud again = (Decision.CallCloud) control.decide(requested, start("c-1"), NOW);

    // When
    Change change = again.settled(control.settle(requested, start("c-1"), refusal, LATER));

    // Then
    assertThat(change.state()).isInstanceOf(Failed.class);
    assertThat(change.stopInCloud()).isTrue();
  }

  @Test
  void aStartThatCannotBeSentAgainIsStoppedInTheCloud() {
    // Given
    Decision.CallCloud again = (Decision.CallCloud) control.decide(requested, start("c-1"), NOW);

    // When
    Change change =
        again.settled(
            control.settleUnsendable(
                requested, start("c-1"), Failures.failure("secret_missing", "x"), LATER));

    // Then
    assertThat(change.state()).isInstanceOf(Failed.class);
    assertThat(change.stopInCloud()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aStartThatIsRefusedAtOnceLeftNothingInTheCloud(CloudProblem refusal) {
    // Given
    Decision.CallCloud first = (Decision.CallCloud) control.decide(null, start("c-1"), NOW);

    // When
    Change change = first.settled(control.settle(requested, start("c-1"), refusal, LATER));

    // Then
    assertThat(change.state()).isInstanceOf(Failed.class);
    assertThat(change.stopInCloud()).isFalse();
  }

  static List<CloudProblem> refusals() {
    return List.of(
        new CloudProblem.Rejected("InvalidParameter", null),
        new CloudProblem.Throttled("FlowLimitExceeded.QPSOverLimit", null),
        new CloudProblem.NotFound("InvalidParameter.ErrorActiveTaskNotFound", null));
  }

  @Test
  void aStartDeliveredAgainTooLateIsStoppedInTheCloud() {
    // Given
    Instant tooLate = NOW.plus(Samples.TTL).plusMillis(1);

    // When
    Decision decision = control.decide(requested, start("c-1"), tooLate);

    // Then
    Change change = ((Decision.Settle) decision).change();
    assertThat(change.state()).isInstanceOf(Failed.class);
    assertThat(change.stopInCloud()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("states")
  void theSameTaskAskedForWithAnotherBodyIsRefused(AgentTaskState state) {
    // When
    Decision decision = control.decide(state, start("c-other"), NOW);

    // Then
    assertThat(((Decision.Refuse) decision).failure().code()).isEqualTo("idempotency_key_reused");
  }

  static List<AgentTaskState> states() {
    Requested requested = new Requested(facts());
    Running running = requested.dispatched(NOW).running(NOW);
    Stopping stopping = running.stopping(NOW, StopReason.REQUESTED);
    return List.of(
        requested,
        requested.dispatched(NOW),
        // Other commands were carried out since.
        running.after(new CommandId("c-2")),
        stopping,
        stopping.stopped(NOW),
        requested.failed(NOW, Failures.failure("secret_missing", "x")));
  }

  @Test
  void aStartDeliveredAgainAfterItsAnswerIsIgnored() {
    // When
    Decision decision = control.decide(dispatched, start("c-1"), NOW);

    // Then
    assertThat(decision).isInstanceOf(Decision.Ignore.class);
  }

  @Test
  void theCloudsAcceptanceIsNotYetRunning() {
    // When
    Change change =
        control.settle(requested, start("c-1"), new CloudOutcome.Accepted("req-1"), LATER);

    // Then
    assertThat(change.state()).isEqualTo(requested.dispatched(LATER));
    assertThat(change.events()).hasSize(1);
    assertThat(((AgentDispatched) change.events().getFirst()).cloudRequestId()).isEqualTo("req-1");
  }

  @Test
  void anAgentThatExistsAlreadyIsThisStartsOwn() {
    // When
    Change change =
        control.settle(
            requested,
            start("c-1"),
            new CloudProblem.AlreadyExists("InvalidParameter.TaskAlreadyExists", "req-2"),
            LATER);

    // Then
    assertThat(change.state()).isEqualTo(requested.dispatched(LATER));
  }

  @Test
  void aRefusedStartFailsWithTheCloudsCodeAndAHint() {
    // When
    Change change =
        control.settle(
            requested,
            start("c-1"),
            new CloudProblem.Rejected("AccessDenied.ServiceNotEnabled", "req-3"),
            LATER);

    // Then
    Failure failure = ((AgentFailed) change.events().getFirst()).failure();
    assertThat(failure.code()).isEqualTo("cloud_rejected");
    assertThat(failure.cloudCode()).isEqualTo("AccessDenied.ServiceNotEnabled");
    assertThat(failure.cloudRequestId()).isEqualTo("req-3");
    assertThat(failure.hint()).contains("enable the service in the RTC console");
    assertThat(change.stopInCloud()).isFalse();
  }

  @Test
  void aStartWithUnknownOutcomeFailsAndIsStoppedInTheCloud() {
    // When
    Change change =
        control.settle(
            requested, start("c-1"), new CloudProblem.OutcomeUnknown("no_answer", null), LATER);

    // Then
    assertThat(change.state().failure()).extracting(Failure::code).isEqualTo("outcome_unknown");
    assertThat(change.stopInCloud()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(RunningEvidence.class)
  void anyEvidenceMakesItRunning(RunningEvidence by) {
    // When
    Optional<Change> change = control.apply(dispatched, appeared(by), LATER);

    // Then
    assertThat(change.orElseThrow().state()).isEqualTo(dispatched.running(LATER));
    assertThat(((AgentRunning) change.get().events().getFirst()).evidence()).isEqualTo(by);
  }

  @Test
  void evidenceBeforeTheAnswerWasWrittenTellsBothSteps() {
    // When
    Optional<Change> change = control.apply(requested, appeared(RunningEvidence.RUN_STAGE), LATER);

    // Then
    assertThat(change.orElseThrow().state()).isInstanceOf(Running.class);
    assertThat(change.get().events())
        .extracting(Object::getClass)
        .containsExactly(AgentDispatched.class, AgentRunning.class);
  }

  @Test
  void aUserOfThatNameWhoWasThereLongBeforeIsNoEvidence() {
    // Given
    Evidence old = new Evidence.Appeared(RunningEvidence.AGENT_JOINED, NOW.minusSeconds(6));

    // When
    Optional<Change> change = control.apply(dispatched, old, LATER);

    // Then
    assertThat(change).isEmpty();
  }

  @Test
  void evidenceByAClockThatIsALittleSlowCounts() {
    // Given
    Evidence slow = new Evidence.Appeared(RunningEvidence.AGENT_JOINED, NOW.minusSeconds(4));

    // When
    Optional<Change> change = control.apply(dispatched, slow, LATER);

    // Then
    assertThat(change.orElseThrow().state()).isInstanceOf(Running.class);
  }

  @Test
  void repeatedEvidenceSaysNothingNew() {
    // When
    Optional<Change> change = control.apply(running, appeared(RunningEvidence.RUN_STAGE), LATER);

    // Then
    assertThat(change).isEmpty();
  }

  @Test
  void withoutEvidenceTheStartFailsAtTheDeadlineAndIsStoppedInTheCloud() {
    // When
    Optional<Change> change = control.expire(dispatched, null, NOW, NOW.plusSeconds(15));

    // Then
    assertThat(change.orElseThrow().state().failure())
        .extracting(Failure::code)
        .isEqualTo("agent_never_joined");
    assertThat(change.get().stopInCloud()).isTrue();
  }

  @Test
  void beforeTheDeadlineNothingIsDue() {
    // When
    Optional<Change> change = control.expire(dispatched, null, NOW, NOW.plusMillis(14_999));

    // Then
    assertThat(change).isEmpty();
  }

  @Test
  void timeInWhichItsAgentCouldNotBeHeardDoesNotCountAgainstAStart() {
    // Given
    Instant heardAgain = NOW.plusSeconds(60);

    // When
    Optional<Change> before =
        control.expire(dispatched, null, heardAgain, heardAgain.plusMillis(14_999));
    Optional<Change> then =
        control.expire(dispatched, null, heardAgain, heardAgain.plusSeconds(15));

    // Then
    assertThat(before).isEmpty();
    assertThat(then.orElseThrow().state().failure())
        .extracting(Failure::code)
        .isEqualTo("agent_never_joined");
  }

  @Test
  void anAgentThatComesAfterItFailedIsStoppedInTheCloud() {
    // Given
    Failed failed = dispatched.failed(NOW, Failures.agentNeverJoined());

    // When
    Optional<Change> change = control.apply(failed, appeared(RunningEvidence.RUN_STAGE), LATER);

    // Then
    assertThat(change.orElseThrow().stopInCloud()).isTrue();
    assertThat(change.get().state()).isEqualTo(failed);
    assertThat(change.get().events()).isEmpty();
  }

  @Test
  void anAgentThatCameBeforeItsTaskFailedIsStoppedInTheCloudAsWell() {
    // Given: told late, because nobody worked when it came
    Failed failed = requested.failed(LATER, Failures.agentNeverJoined());
    Evidence before = new Evidence.Appeared(RunningEvidence.RUN_STAGE, NOW);

    // When
    Optional<Change> change = control.apply(failed, before, LATER.plusSeconds(5));

    // Then
    assertThat(change.orElseThrow().stopInCloud()).isTrue();
    assertThat(change.get().state()).isEqualTo(failed);
  }

  @Test
  void anAgentThatGoesOnAfterItsEndIsStoppedOnceMore() {
    // Given
    Stopped stopped = stopping.stopped(NOW);
    Evidence trailing = new Evidence.Appeared(RunningEvidence.RUN_STAGE, NOW.plusSeconds(5));
    Evidence alive = new Evidence.Appeared(RunningEvidence.RUN_STAGE, NOW.plusMillis(5_001));

    // When
    Optional<Change> atTheEnd = control.apply(stopped, trailing, NOW.plusSeconds(6));
    Optional<Change> after = control.apply(stopped, alive, NOW.plusSeconds(6));

    // Then
    assertThat(atTheEnd).isEmpty();
    assertThat(after.orElseThrow().stopInCloud()).isTrue();
    assertThat(after.get().state()).isEqualTo(stopped);
  }

  @Test
  void refusedParametersFailATaskWithTheCloudsCode() {
    // Given
    Evidence refused =
        new Evidence.Broke("preParamCheck", 1_003_001, "requested resource not granted", LATER);

    // When
    Optional<Change> change = control.apply(running, refused, LATER);

    // Then
    Failure failure = ((AgentFailed) change.orElseThrow().events().getLast()).failure();
    assertThat(failure.code()).isEqualTo("parameters_refused");
    assertThat(failure.cloudCode()).isEqualTo("1003001");
    assertThat(failure.hint()).contains("(ASR) is not enabled for the scene's AppId");
    assertThat(change.get().stopInCloud()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_001, 1_000_002})
  void anAgentThatCannotBeInitialisedFailsTheTask(long errorCode) {
    for (AgentTaskState state : List.of(requested, dispatched, running)) {
      // When
      Optional<Change> change =
          control.apply(state, new Evidence.Broke(null, errorCode, "x", LATER), LATER);

      // Then
      assertThat(change.orElseThrow().state().failure())
          .extracting(Failure::code)
          .isEqualTo("agent_broke");
      assertThat(change.get().stopInCloud()).isTrue();
    }
  }

  @Test
  void anErrorAndASignOfLifeMakeARunningAgentInEitherOrder() {
    // Given
    Evidence error = new Evidence.Broke("llm", 1_004_001, "x", LATER);
    Evidence sign = appeared(RunningEvidence.RUN_STAGE);

    // When
    AgentTaskState errorFirst = after(after(dispatched, error), sign);
    AgentTaskState signFirst = after(after(dispatched, sign), error);

    // Then
    assertThat(errorFirst).isInstanceOf(Running.class);
    assertThat(signFirst).isEqualTo(errorFirst);
  }

  private AgentTaskState after(AgentTaskState state, Evidence evidence) {
    return control.apply(state, evidence, LATER).map(Change::state).orElse(state);
  }

  @Test
  void anAgentThatDoesNotComeAfterAnErrorFailsWithTheCloudsCode() {
    // When
    Optional<Change> change =
        control.expire(
            dispatched, new Evidence.Broke("asr", 1_003_001, "x", LATER), NOW, NOW.plusSeconds(15));

    // Then
    assertThat(change.orElseThrow().state().failure())
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo("agent_broke");
              assertThat(failure.cloudCode()).isEqualTo("1003001");
              assertThat(failure.hint()).contains("ASR");
            });
  }

  @Test
  void anErrorOfARunningAgentDoesNotEndIt() {
    // When
    Optional<Change> change =
        control.apply(running, new Evidence.Broke("llm", 1_004_001, "x", LATER), LATER);

    // Then
    assertThat(change).isEmpty();
  }

  @Test
  void anEndThatNobodyAskedForIsTheClouds() {
    // When
    Optional<Change> change =
        control.apply(running, new Evidence.Ended(LATER), NOW.plusSeconds(42));

    // Then
    AgentStopped stopped = (AgentStopped) change.orElseThrow().events().getLast();
    assertThat(stopped.reason()).isEqualTo(StopReason.ENDED_BY_CLOUD);
    assertThat(stopped.activeMillis()).isEqualTo(42_000);
  }

  @Test
  void anEndThatWasAskedForKeepsItsReason() {
    // When
    Optional<Change> change = control.apply(stopping, new Evidence.Ended(LATER), LATER);

    // Then
    assertThat(change.orElseThrow().state().stopReason()).isEqualTo(StopReason.REQUESTED);
  }

  @Test
  void aStopIsWrittenDownBeforeTheCloudIsCalled() {
    // When
    Decision decision = control.decide(running, stop("c-2"), LATER);

    // Then
    Change first = ((Decision.CallCloud) decision).first();
    assertThat(first.state().wireState()).isEqualTo(AgentTask.State.STOPPING);
    assertThat(first.events()).hasSize(1).first().isInstanceOf(AgentStopping.class);
  }

  @Test
  void aStopOfAnAgentThatTheCloudDoesNotKnowIsDone() {
    // When
    Change change =
        control.settle(
            stopping,
            stop("c-2"),
            new CloudProblem.NotFound("InvalidParameter.ErrorActiveTaskNotFound", null),
            LATER);

    // Then
    assertThat(change.state()).isInstanceOf(Stopped.class);
    assertThat(change.events())
        .extracting(event -> (Object) event.getClass())
        .containsExactly(AgentUsageMeasured.class, AgentStopped.class);
  }

  @Test
  void aStopThatWasNotHeardStaysOpen() {
    // When
    Change change =
        control.settle(
            stopping, stop("c-2"), new CloudProblem.Unavailable("http_502", null), LATER);

    // Then
    assertThat(change.state()).isEqualTo(stopping);
    assertThat(change.events()).isEmpty();
  }

  @Test
  void aStopThatIsNotConfirmedIsToldAndAskedForOn() {
    // When
    Optional<Change> change = control.expire(stopping, null, NOW, NOW.plus(Duration.ofMinutes(15)));

    // Then
    assertThat(change.orElseThrow().state().failure())
        .extracting(Failure::code)
        .isEqualTo("stop_unconfirmed");
    assertThat(change.get().stopInCloud()).isTrue();
  }

  @Test
  void aStopOfAnUnknownTaskIsRefused() {
    // When
    Decision decision = control.decide(null, stop("c-2"), NOW);

    // Then
    assertThat(((Decision.Refuse) decision).failure().code()).isEqualTo("task_not_found");
  }

  @Test
  void aCommandToAnEndedTaskIsRefused() {
    // When
    Decision decision = control.decide(stopping.stopped(NOW), interrupt("c-3"), NOW);

    // Then
    assertThat(((Decision.Refuse) decision).failure().code()).isEqualTo("task_ended");
  }

  @Test
  void aCommandThatWaitedTooLongIsRefused() {
    // When
    Decision decision =
        control.decide(running, interrupt("c-3"), NOW.plus(Samples.TTL).plusMillis(1));

    // Then
    assertThat(((Decision.Refuse) decision).failure().code()).isEqualTo("command_expired");
  }

  @Test
  void aCarriedOutCommandIsToldWithItsRequestId() {
    // When
    Change change =
        control.settle(running, interrupt("c-3"), new CloudOutcome.Accepted("req-9"), LATER);

    // Then
    AgentCommandCompleted completed = (AgentCommandCompleted) change.events().getFirst();
    assertThat(completed.command()).isEqualTo("dev.parley.agent.interrupt.v1");
    assertThat(completed.cloudRequestId()).isEqualTo("req-9");
    assertThat(change.state().facts().lastCommandId().value()).isEqualTo("c-3");
  }

  @Test
  void aRunningAgentThatTheCloudDoesNotKnowHasEnded() {
    // When
    Change change =
        control.settle(
            running,
            interrupt("c-3"),
            new CloudProblem.NotFound("InvalidParameter.ErrorActiveTaskNotFound", null),
            LATER);

    // Then
    assertThat(change.state()).isInstanceOf(Stopped.class);
    assertThat(change.events())
        .extracting(Object::getClass)
        .containsExactly(AgentCommandRefused.class, AgentUsageMeasured.class, AgentStopped.class);
  }

  @ParameterizedTest
  @EnumSource(AgentTask.State.class)
  void everyStateSurvivesItsSnapshot(AgentTask.State wanted) {
    // Given
    AgentTaskState state =
        switch (wanted) {
          case REQUESTED -> requested;
          case DISPATCHED -> dispatched;
          case RUNNING -> running;
          case STOPPING -> stopping;
          case STOPPED -> stopping.stopped(LATER);
          case FAILED -> running.failed(LATER, Failures.agentNeverJoined());
        };

    // When
    AgentTaskState restored =
        TaskSnapshots.restore(TaskSnapshots.snapshot(state, null, null, null, LATER));

    // Then
    assertThat(restored).isEqualTo(state);
  }

  @Test
  void aStateThatComesBehindTheEndOfTheSameStartWasOvertaken() {
    // Given
    AgentTask ended = TaskSnapshots.snapshot(stopping.stopped(NOW), null, null, null, NOW);
    AgentTask late = TaskSnapshots.snapshot(running, null, null, null, LATER);
    AgentTask anew =
        TaskSnapshots.snapshot(
            new Requested(facts(NOW.plus(Duration.ofDays(2)))), null, null, null, LATER);

    // When / Then
    assertThat(TaskSnapshots.overtaken(late, ended)).isTrue();
    assertThat(TaskSnapshots.overtaken(ended, late)).isFalse();
    assertThat(TaskSnapshots.overtaken(ended, ended)).isFalse();
    assertThat(TaskSnapshots.overtaken(anew, ended)).isFalse();
  }
}
