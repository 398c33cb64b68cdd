package dev.parley.agent;

import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.AgentTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Whatever happens to a task and in whatever order, it obeys a much plainer model: which states may
 * follow which, that an end is an end, that running needs evidence, that what was told once is not
 * told again.
 */
class AgentControlPropertyTest {

  /** What may happen to a task. */
  enum Happening {
    START,
    START_AGAIN_ACCEPTED,
    START_REJECTED,
    START_UNKNOWN,
    STOP_ACCEPTED,
    STOP_UNAVAILABLE,
    STOP_AGAIN_NOT_FOUND,
    INTERRUPT_ACCEPTED,
    INTERRUPT_NOT_FOUND,
    RUN_STAGE,
    CONVERSATION,
    JOINED,
    BROKE_EARLY,
    BROKE_LLM,
    ENDED,
    SECONDS_PASS,
    MINUTES_PASS
  }

  private static Set<AgentTask.State> follows(AgentTask.State state) {
    return switch (state) {
      case REQUESTED ->
          EnumSet.of(
              AgentTask.State.DISPATCHED,
              AgentTask.State.RUNNING,
              AgentTask.State.STOPPING,
              AgentTask.State.STOPPED,
              AgentTask.State.FAILED);
      case DISPATCHED ->
          EnumSet.of(
              AgentTask.State.RUNNING,
              AgentTask.State.STOPPING,
              AgentTask.State.STOPPED,
              AgentTask.State.FAILED);
      case RUNNING ->
          EnumSet.of(AgentTask.State.STOPPING, AgentTask.State.STOPPED, AgentTask.State.FAILED);
      case STOPPING -> EnumSet.of(AgentTask.State.STOPPED, AgentTask.State.FAILED);
      case STOPPED, FAILED -> EnumSet.noneOf(AgentTask.State.class);
    };
  }

  private final AgentControl control = new AgentControl(Samples.LIMITS);

  @Provide
  Arbitrary<List<Happening>> histories() {
    return Arbitraries.of(Happening.class).list().ofMinSize(1).ofMaxSize(25);
  }

  @Property(tries = 2000)
  void everyHistoryObeysTheModel(@ForAll("histories") List<Happening> history) {
    // Given
    @Nullable AgentTaskState state = null;
    Instant now = NOW;
    List<AgentEvent> told = new ArrayList<>();
    boolean evidence = false;
    int commands = 1;

    for (Happening happening : history) {
      // When
      now = now.plus(step(happening));
      evidence |=
          EnumSet.of(Happening.RUN_STAGE, Happening.CONVERSATION, Happening.JOINED)
              .contains(happening);
      List<Change> changes = new ArrayList<>();
      AgentTaskState next = happen(state, happening, now, "c-" + commands++, changes);
      changes.forEach(change -> told.addAll(change.events()));

      // Then
      if (state != null && next != null && state.wireState() != next.wireState()) {
        assertThat(reachable(state.wireState(), changes)).contains(next.wireState());
      }
      if (state != null && state.ended() && next != null) {
        assertThat(next.wireState()).isEqualTo(state.wireState());
        assertThat(next.endedAt()).isEqualTo(state.endedAt());
      }
      if (next instanceof AgentTaskState.Running) {
        assertThat(evidence).isTrue();
      }
      if (next != null) {
        assertThat(TaskSnapshots.restore(TaskSnapshots.snapshot(next, null, null, null, now)))
            .isEqualTo(next);
      }
      state = next;
    }

    for (Class<? extends AgentEvent> once :
        List.of(
            AgentEvent.AgentRequested.class,
            AgentEvent.AgentDispatched.class,
            AgentEvent.AgentRunning.class,
            AgentEvent.AgentStopping.class,
            AgentEvent.AgentStopped.class,
            AgentEvent.AgentFailed.class)) {
      assertThat(told.stream().filter(once::isInstance).count()).isLessThanOrEqualTo(1);
    }
    assertThat(
            told.stream()
                .filter(
                    event ->
                        event instanceof AgentEvent.AgentStopped
                            || event instanceof AgentEvent.AgentFailed)
                .count())
        .isEqualTo(state != null && state.ended() ? 1 : 0);
  }

  // One happening may take two steps of the model: decided, then settled.
  private static Set<AgentTask.State> reachable(AgentTask.State from, List<Change> changes) {
    Set<AgentTask.State> reachable = EnumSet.noneOf(AgentTask.State.class);
    reachable.addAll(follows(from));
    if (changes.size() > 1) {
      follows(from).forEach(state -> reachable.addAll(follows(state)));
    }
    return reachable;
  }

  private static Duration step(Happening happening) {
    return switch (happening) {
      case SECONDS_PASS -> Duration.ofSeconds(16);
      case MINUTES_PASS -> Duration.ofMinutes(16);
      default -> Duration.ofMillis(10);
    };
  }

  private @Nullable AgentTaskState happen(
      @Nullable AgentTaskState state,
      Happening happening,
      Instant now,
      String commandId,
      List<Change> changes) {
    CloudOutcome accepted = new CloudOutcome.Accepted("r");
    CloudOutcome notFound = new CloudProblem.NotFound("n", null);
    return switch (happening) {
      // A worker that dies between the call and its answer: decided, never settled.
      case START -> command(state, startAt(now), null, now, changes);
      case START_AGAIN_ACCEPTED -> command(state, startAt(now), accepted, now, changes);
      case START_REJECTED ->
          command(state, startAt(now), new CloudProblem.Rejected("x", null), now, changes);
      case START_UNKNOWN ->
          command(state, startAt(now), new CloudProblem.OutcomeUnknown("x", null), now, changes);
      case STOP_ACCEPTED ->
          command(
              state,
              Samples.stop(Samples.ROOM, Samples.TASK, commandId, now),
              accepted,
              now,
              changes);
      case STOP_UNAVAILABLE ->
          command(
              state,
              Samples.stop(Samples.ROOM, Samples.TASK, commandId, now),
              new CloudProblem.Unavailable("x", null),
              now,
              changes);
      case STOP_AGAIN_NOT_FOUND ->
          state == null
              ? null
              : step(state, control.settleRepeatedStop(state, notFound, now), changes);
      case INTERRUPT_ACCEPTED ->
          command(
              state,
              Samples.interrupt(Samples.ROOM, Samples.TASK, commandId, now),
              accepted,
              now,
              changes);
      case INTERRUPT_NOT_FOUND ->
          command(
              state,
              Samples.interrupt(Samples.ROOM, Samples.TASK, commandId, now),
              notFound,
              now,
              changes);
      case RUN_STAGE ->
          evidence(state, new Evidence.Appeared(RunningEvidence.RUN_STAGE, now), now, changes);
      case CONVERSATION ->
          evidence(
              state, new Evidence.Appeared(RunningEvidence.CONVERSATION_STAGE, now), now, changes);
      case JOINED ->
          evidence(state, new Evidence.Appeared(RunningEvidence.AGENT_JOINED, now), now, changes);
      case BROKE_EARLY ->
          evidence(state, new Evidence.Broke("preParamCheck", 1_000_002, "x", now), now, changes);
      case BROKE_LLM ->
          evidence(state, new Evidence.Broke("llm", 1_004_001, "x", now), now, changes);
      case ENDED -> evidence(state, new Evidence.Ended(now), now, changes);
      case SECONDS_PASS, MINUTES_PASS ->
          state == null
              ? null
              : step(state, control.expire(state, null, Instant.EPOCH, now), changes);
    };
  }

  // The same command each time: the caller's retries and Kafka's redeliveries.
  private static AgentCommand startAt(Instant now) {
    return Samples.start(Samples.ROOM, Samples.TASK, facts().lastCommandId().value(), now);
  }

  private @Nullable AgentTaskState command(
      @Nullable AgentTaskState state,
      AgentCommand command,
      @Nullable CloudOutcome outcome,
      Instant now,
      List<Change> changes) {
    return switch (control.decide(state, command, now)) {
      case Decision.Ignore ignore -> state;
      case Decision.Refuse refuse -> state;
      case Decision.Settle settle -> {
        changes.add(settle.change());
        yield settle.change().state();
      }
      case Decision.CallCloud call -> {
        // What is told again has the same id: for whoever reads it is told once.
        changes.add(
            call.maybeMadeBefore()
                ? new Change(call.first().state(), List.of(), false)
                : call.first());
        if (outcome == null) {
          yield call.first().state();
        }
        Change settled = call.settled(control.settle(call.first().state(), command, outcome, now));
        changes.add(settled);
        yield settled.state();
      }
    };
  }

  private @Nullable AgentTaskState evidence(
      @Nullable AgentTaskState state, Evidence evidence, Instant now, List<Change> changes) {
    return state == null ? null : step(state, control.apply(state, evidence, now), changes);
  }

  private static AgentTaskState step(
      AgentTaskState state, Optional<Change> change, List<Change> changes) {
    change.ifPresent(changes::add);
    return change.map(Change::state).orElse(state);
  }
}
