package dev.parley.agent;

import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent.RunningEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * {@link AgentControl} beside a reference that knows nothing of it: a table of words. After every
 * step of any history both must have said the same and stand in the same place.
 */
class DecideModelTest {

  /**
   * What is to happen to a command, by the word of the state and the kind of command. {@code CALL}
   * goes to the cloud, {@code FAIL} ends the task, {@code -} does nothing, the rest is the code of
   * a refusal.
   */
  private static final Map<String, String> DECISIONS =
      Map.ofEntries(
          Map.entry("NONE START", "CALL"),
          Map.entry("NONE LATE_START", "FAIL command_expired"),
          Map.entry("NONE OTHER_START", "CALL"),
          Map.entry("NONE STOP", "task_not_found"),
          Map.entry("NONE UPDATE", "task_not_found"),
          Map.entry("NONE LATE_UPDATE", "task_not_found"),
          Map.entry("REQUESTED START", "CALL"),
          Map.entry("REQUESTED LATE_START", "FAIL command_expired"),
          Map.entry("REQUESTED OTHER_START", "idempotency_key_reused"),
          Map.entry("REQUESTED STOP", "CALL"),
          Map.entry("REQUESTED UPDATE", "agent_not_started"),
          Map.entry("REQUESTED LATE_UPDATE", "command_expired"),
          Map.entry("DISPATCHED START", "-"),
          Map.entry("DISPATCHED LATE_START", "-"),
          Map.entry("DISPATCHED OTHER_START", "idempotency_key_reused"),
          Map.entry("DISPATCHED STOP", "CALL"),
          Map.entry("DISPATCHED UPDATE", "CALL"),
          Map.entry("DISPATCHED LATE_UPDATE", "command_expired"),
          Map.entry("RUNNING START", "-"),
          Map.entry("RUNNING LATE_START", "-"),
          Map.entry("RUNNING OTHER_START", "idempotency_key_reused"),
          Map.entry("RUNNING STOP", "CALL"),
          Map.entry("RUNNING UPDATE", "CALL"),
          Map.entry("RUNNING LATE_UPDATE", "command_expired"),
          Map.entry("STOPPING START", "-"),
          Map.entry("STOPPING LATE_START", "-"),
          Map.entry("STOPPING OTHER_START", "idempotency_key_reused"),
          Map.entry("STOPPING STOP", "-"),
          Map.entry("STOPPING UPDATE", "task_ended"),
          Map.entry("STOPPING LATE_UPDATE", "command_expired"),
          Map.entry("OVER START", "-"),
          Map.entry("OVER LATE_START", "-"),
          Map.entry("OVER OTHER_START", "idempotency_key_reused"),
          Map.entry("OVER STOP", "-"),
          Map.entry("OVER UPDATE", "task_ended"),
          Map.entry("OVER LATE_UPDATE", "command_expired"));

  /** Where a task stands once a command is with the cloud. */
  private static final Map<String, String> MEANWHILE =
      Map.of("START", "REQUESTED", "OTHER_START", "REQUESTED", "STOP", "STOPPING");

  /** Where the cloud's answer leads; what is not here leads nowhere. */
  private static final Map<String, String> ANSWERS =
      Map.ofEntries(
          Map.entry("REQUESTED START ACCEPTED", "DISPATCHED"),
          Map.entry("REQUESTED START EXISTS", "DISPATCHED"),
          Map.entry("REQUESTED START NOT_FOUND", "FAILED"),
          Map.entry("REQUESTED START REJECTED", "FAILED"),
          Map.entry("REQUESTED START THROTTLED", "FAILED"),
          Map.entry("REQUESTED START BUSY", "FAILED"),
          Map.entry("REQUESTED START UNAVAILABLE", "FAILED"),
          Map.entry("REQUESTED START UNKNOWN", "FAILED"),
          Map.entry("STOPPING STOP ACCEPTED", "STOPPED"),
          Map.entry("STOPPING STOP NOT_FOUND", "STOPPED"),
          Map.entry("RUNNING UPDATE NOT_FOUND", "STOPPED"));

  /** Where evidence leads. */
  private static final Map<String, String> EVIDENCE =
      Map.of(
          "REQUESTED APPEARS", "RUNNING",
          "DISPATCHED APPEARS", "RUNNING",
          "REQUESTED ENDS", "STOPPED",
          "DISPATCHED ENDS", "STOPPED",
          "RUNNING ENDS", "STOPPED",
          "STOPPING ENDS", "STOPPED",
          "REQUESTED BREAKS", "FAILED",
          "DISPATCHED BREAKS", "FAILED",
          "RUNNING BREAKS", "FAILED");

  /**
   * When the cloud may have an agent that nobody counts on any more, and is asked to stop it: by
   * the state before and what happened to it. Every other step leaves the cloud alone.
   */
  private static final Set<String> LEAVES_AN_AGENT =
      Set.of(
          "REQUESTED LATE_START",
          "REQUESTED BREAKS",
          "DISPATCHED BREAKS",
          "RUNNING BREAKS",
          "FAILED APPEARS",
          "NONE START BUSY",
          "NONE START UNAVAILABLE",
          "NONE START UNKNOWN",
          // The call was made before, and nobody knows what became of it.
          "REQUESTED START NOT_FOUND",
          "REQUESTED START REJECTED",
          "REQUESTED START THROTTLED",
          "REQUESTED START BUSY",
          "REQUESTED START UNAVAILABLE",
          "REQUESTED START UNKNOWN");

  private enum Kind {
    START,
    LATE_START,
    OTHER_START,
    STOP,
    UPDATE,
    /** The last update as it was, as Kafka delivers it after a takeover. */
    UPDATE_AGAIN,
    LATE_UPDATE,
    TOOL_RESULT,
    /** Another answer to the same function call, which has the same id. */
    TOOL_RESULT_AGAIN,
    APPEARS,
    APPEARED_BEFORE,
    ENDS,
    STUMBLES,
    BREAKS
  }

  private static final Set<Kind> FROM_THE_CLOUD =
      EnumSet.of(Kind.APPEARS, Kind.APPEARED_BEFORE, Kind.ENDS, Kind.STUMBLES, Kind.BREAKS);

  /** What is decided as an update is, but for one that was carried out already. */
  private static final Set<Kind> UPDATES =
      EnumSet.of(Kind.UPDATE, Kind.UPDATE_AGAIN, Kind.TOOL_RESULT, Kind.TOOL_RESULT_AGAIN);

  private enum Answer {
    NONE,
    ACCEPTED,
    EXISTS,
    NOT_FOUND,
    REJECTED,
    THROTTLED,
    BUSY,
    UNAVAILABLE,
    UNKNOWN
  }

  /** Something that happens; the answer counts where the cloud is called. */
  record Step(Kind kind, Answer answer) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    return Combinators.combine(Arbitraries.of(Kind.class), Arbitraries.of(Answer.class))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  private final AgentControl control = new AgentControl(Samples.LIMITS);

  @Property(tries = 5_000)
  void everyHistoryGoesAsInTheTable(@ForAll("histories") List<Step> history) {
    String word = "NONE";
    Ids ids = new Ids();
    @Nullable AgentTaskState state = null;
    int number = 0;
    for (Step step : history) {
      // Given
      Instant now = NOW.plusMillis(10L * ++number);
      String group = word.equals("STOPPED") || word.equals("FAILED") ? "OVER" : word;
      if (FROM_THE_CLOUD.contains(step.kind())) {
        // When
        Evidence evidence = evidence(step.kind(), now);
        Optional<Change> change =
            state == null ? Optional.empty() : control.apply(state, evidence, now);

        // Then
        String happened = word + " " + step.kind().name().replace("APPEARED_BEFORE", "APPEARS");
        String next = EVIDENCE.getOrDefault(happened, word);
        assertThat(change.map(Change::stopInCloud).orElse(false))
            .as("stop in the cloud after %s", happened)
            .isEqualTo(LEAVES_AN_AGENT.contains(happened));
        state = change.map(Change::state).orElse(state);
        assertThat(wordOf(state)).as("%s %s", word, step).isEqualTo(next);
        word = next;
        continue;
      }
      AgentCommand command = command(step.kind(), now, ids.of(step.kind(), number));
      String kind = UPDATES.contains(step.kind()) ? "UPDATE" : step.kind().name();

      // When
      Decision decision = control.decide(state, command, now);

      // Then
      boolean repeated =
          step.kind() == Kind.UPDATE_AGAIN && ids.carriedOut(command) && state != null;
      String expected = repeated ? "-" : DECISIONS.get(group + " " + kind);
      assertThat(told(decision)).as("%s %s", word, step).isEqualTo(expected);
      switch (decision) {
        case Decision.Ignore ignored -> {}
        case Decision.Refuse refused -> {
          if (state != null) {
            state = control.refuse(state, command, refused.failure(), now).state();
          }
        }
        case Decision.Settle settled -> {
          if (group.equals("NONE")) {
            ids.starts(command);
          }
          assertThat(settled.change().stopInCloud())
              .as("stop in the cloud after %s %s", group, step.kind())
              .isEqualTo(LEAVES_AN_AGENT.contains(group + " " + step.kind()));
          state = settled.change().state();
          word = "FAILED";
        }
        case Decision.CallCloud call -> {
          if (group.equals("NONE")) {
            ids.starts(command);
          }
          state = call.first().state();
          assertThat(call.first().stopInCloud()).isFalse();
          String done = kind.replace("OTHER_", "");
          word = MEANWHILE.getOrDefault(step.kind().name(), word);
          assertThat(wordOf(state)).isEqualTo(word);
          Optional<CloudOutcome> outcome = outcome(step.answer());
          if (done.equals("STOP") || (done.equals("UPDATE") && outcome.isPresent())) {
            ids.carriesOut(command);
          }
          if (outcome.isPresent()) {
            Change settled = call.settled(control.settle(state, command, outcome.get(), now));
            String happened = group + " " + done + " " + step.answer();
            assertThat(settled.stopInCloud())
                .as("stop in the cloud after %s", happened)
                .isEqualTo(LEAVES_AN_AGENT.contains(happened));
            state = settled.state();
            word = ANSWERS.getOrDefault(word + " " + done + " " + step.answer(), word);
          }
        }
      }
      assertThat(wordOf(state)).as("after %s", step).isEqualTo(word);
    }
  }

  private static String told(Decision decision) {
    return switch (decision) {
      case Decision.CallCloud call -> "CALL";
      case Decision.Ignore ignored -> "-";
      case Decision.Refuse refused -> refused.failure().code();
      case Decision.Settle settled ->
          "FAIL " + ((AgentTaskState.Failed) settled.change().state()).failure().code();
    };
  }

  private static String wordOf(@Nullable AgentTaskState state) {
    return state == null ? "NONE" : state.wireState().name();
  }

  /** The ids under which commands came before. */
  private static final class Ids {
    private String started = "";
    private String updated = "";
    private String toolResult = "";
    private String carriedOut = "";

    /** The command that started the task comes again as it was; what is not AGAIN is new. */
    String of(Kind kind, int number) {
      String fresh = "c-" + number;
      if (kind == Kind.UPDATE) {
        updated = fresh;
      }
      if (kind == Kind.TOOL_RESULT) {
        toolResult = fresh;
      }
      String before =
          switch (kind) {
            case START, LATE_START -> started;
            case UPDATE_AGAIN -> updated;
            case TOOL_RESULT_AGAIN -> toolResult;
            case OTHER_START, STOP, UPDATE, LATE_UPDATE, TOOL_RESULT -> "";
            case APPEARS, APPEARED_BEFORE, ENDS, STUMBLES, BREAKS ->
                throw new IllegalArgumentException("is no command");
          };
      return before.isEmpty() ? fresh : before;
    }

    void starts(AgentCommand command) {
      started = command.commandId().value();
      carriesOut(command);
    }

    void carriesOut(AgentCommand command) {
      carriedOut = command.commandId().value();
    }

    boolean carriedOut(AgentCommand command) {
      return carriedOut.equals(command.commandId().value());
    }
  }

  private static AgentCommand command(Kind kind, Instant now, String id) {
    Instant late = now.minus(Samples.TTL).minus(Duration.ofSeconds(1));
    return switch (kind) {
      case START, OTHER_START -> Samples.start(ROOM, TASK, id, now);
      case LATE_START -> Samples.start(ROOM, TASK, id, late);
      case STOP -> Samples.stop(ROOM, TASK, id, now);
      case UPDATE, UPDATE_AGAIN -> Samples.interrupt(ROOM, TASK, id, now);
      case LATE_UPDATE -> Samples.interrupt(ROOM, TASK, id, late);
      case TOOL_RESULT, TOOL_RESULT_AGAIN -> Samples.toolResult(ROOM, TASK, id, now);
      case APPEARS, APPEARED_BEFORE, ENDS, STUMBLES, BREAKS ->
          throw new IllegalArgumentException("is no command");
    };
  }

  private static Evidence evidence(Kind kind, Instant now) {
    return switch (kind) {
      case APPEARS -> new Evidence.Appeared(RunningEvidence.RUN_STAGE, now);
      // Told late: nobody listened when it came.
      case APPEARED_BEFORE ->
          new Evidence.Appeared(RunningEvidence.RUN_STAGE, now.minus(Duration.ofMinutes(1)));
      case ENDS -> new Evidence.Ended(now);
      case STUMBLES -> new Evidence.Broke("llm", 1_004_001, "x", now);
      case BREAKS -> new Evidence.Broke("preParamCheck", 1_003_001, "x", now);
      case START,
          LATE_START,
          OTHER_START,
          STOP,
          UPDATE,
          UPDATE_AGAIN,
          LATE_UPDATE,
          TOOL_RESULT,
          TOOL_RESULT_AGAIN ->
          throw new IllegalArgumentException("is no evidence");
    };
  }

  private static Optional<CloudOutcome> outcome(Answer answer) {
    return switch (answer) {
      case NONE -> Optional.empty();
      case ACCEPTED -> Optional.of(new CloudOutcome.Accepted("r"));
      case EXISTS -> Optional.of(new CloudProblem.AlreadyExists("x", null));
      case NOT_FOUND -> Optional.of(new CloudProblem.NotFound("x", null));
      case REJECTED -> Optional.of(new CloudProblem.Rejected("x", null));
      case THROTTLED -> Optional.of(new CloudProblem.Throttled("x", null));
      case BUSY -> Optional.of(new CloudProblem.Busy("x", null));
      case UNAVAILABLE -> Optional.of(new CloudProblem.Unavailable("x", null));
      case UNKNOWN -> Optional.of(new CloudProblem.OutcomeUnknown("x", null));
    };
  }
}
