package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.Failure;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import dev.parley.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskEventsTest {
  private static final Duration HISTORY = Duration.ofHours(1);

  private final MutableClock time = new MutableClock(NOW);
  private final TaskEvents events = new TaskEvents(2, HISTORY, time);
  private final List<Long> heard = new ArrayList<>();

  private void tell(long offset, String eventId) {
    tell(TASK, offset, eventId);
  }

  private void tell(TaskId task, long offset, String eventId) {
    events.tell(
        new Told(
            3,
            offset,
            eventId,
            "dev.parley.agent.dispatched.v1",
            new AgentDispatched(APP, ROOM, NOW.toEpochMilli(), task, null)));
  }

  @Test
  void aFactThatIsToldAgainIsHeardOnce() {
    // Given
    Runnable unused = events.follow(APP, TASK, -1, () -> {}, told -> heard.add(told.offset()));

    // When
    tell(7, "a");
    tell(8, "a");
    tell(9, "b");

    // Then
    assertThat(heard).containsExactly(7L, 9L);
  }

  @Test
  void aTaskThatNothingIsToldOfIsForgottenAfterAWhile() {
    // Given
    TaskId other = new TaskId("t-other");
    tell(7, "a");
    time.advance(HISTORY.plusMillis(1));

    // When
    tell(other, 8, "b");

    // Then
    Runnable unused = events.follow(APP, TASK, -1, () -> {}, told -> heard.add(told.offset()));
    unused = events.follow(APP, other, -1, () -> {}, told -> heard.add(told.offset()));
    assertThat(heard).containsExactly(8L);
  }

  @Test
  void aTaskThatIsStillToldOfIsKept() {
    // Given
    TaskId other = new TaskId("t-other");
    tell(7, "a");
    time.advance(HISTORY.minusMillis(1));
    tell(8, "b");
    time.advance(HISTORY.minusMillis(1));

    // When
    tell(other, 9, "c");

    // Then
    Runnable unused = events.follow(APP, TASK, -1, () -> {}, told -> heard.add(told.offset()));
    assertThat(heard).containsExactly(7L, 8L);
  }

  @Test
  void whoComesLaterHearsTheNewest() {
    // Given
    tell(7, "a");
    tell(8, "b");
    tell(9, "c");

    // When
    Runnable unused = events.follow(APP, TASK, -1, () -> {}, told -> heard.add(told.offset()));

    // Then
    assertThat(heard).containsExactly(8L, 9L);
  }

  @ParameterizedTest
  @CsvSource({"-1, false", "6, true", "7, false", "8, false", "9, false", "12, false"})
  void whoMissedSomethingThatIsNotKeptIsToldSo(long after, boolean expected) {
    // Given: the first of three is dropped
    tell(7, "a");
    tell(8, "b");
    tell(9, "c");
    AtomicBoolean gap = new AtomicBoolean();

    // When
    Runnable unused = events.follow(APP, TASK, after, () -> gap.set(true), told -> {});

    // Then
    assertThat(gap.get()).isEqualTo(expected);
  }

  @Test
  void whoFollowsFromBeforeTheBeginningMissesNothing() {
    // Given
    events.tell(new Told(3, 7, "a", "dev.parley.agent.requested.v1", Samples.requested("c-1")));
    AtomicBoolean gap = new AtomicBoolean();

    // When
    Runnable unused =
        events.follow(APP, TASK, 3, () -> gap.set(true), told -> heard.add(told.offset()));

    // Then
    assertThat(gap).isFalse();
    assertThat(heard).containsExactly(7L);
  }

  @Test
  void whoFollowsATaskOfWhichNothingIsKeptMayHaveMissedSomething() {
    // Given
    AtomicBoolean gap = new AtomicBoolean();

    // When
    Runnable unused = events.follow(APP, TASK, 3, () -> gap.set(true), told -> {});

    // Then
    assertThat(gap).isTrue();
  }

  private void forgetQuietTasks() {
    time.advance(HISTORY.plusMillis(1));
    tell(new TaskId("t-other"), 100, "other");
  }

  private boolean gapAfter(long offset) {
    AtomicBoolean gap = new AtomicBoolean();
    events.follow(APP, TASK, offset, () -> gap.set(true), told -> heard.add(told.offset())).run();
    return gap.get();
  }

  @ParameterizedTest
  @CsvSource({"6, true", "7, true", "8, false", "9, false"})
  void whoHasHeardAllOfAQuietTaskHasMissedNothing(long after, boolean expected) {
    // Given
    tell(7, "a");
    tell(8, "b");

    // When
    forgetQuietTasks();

    // Then
    assertThat(gapAfter(after)).isEqualTo(expected);
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"7, true", "8, false", "100, false"})
  void whoHasHeardAllOfAQuietTaskHasMissedNothingWhenItGoesOn(long after, boolean expected) {
    // Given
    tell(7, "a");
    tell(8, "b");
    forgetQuietTasks();

    // When
    tell(101, "c");

    // Then
    assertThat(gapAfter(after)).isEqualTo(expected);
    assertThat(heard).containsExactly(101L);
  }

  @Test
  void whoHasHeardAllHasMissedNothingWhileManyOtherTasksEnd() {
    // Given
    tell(7, "a");

    // When: many times more than are kept
    for (int i = 0; i < 100_000; i++) {
      TaskId other = new TaskId("t-other-" + i);
      AgentStopped end =
          new AgentStopped(APP, ROOM, NOW.toEpochMilli(), other, StopReason.REQUESTED, 0);
      events.tell(new Told(3, 8 + i, "e-" + i, "dev.parley.agent.stopped.v1", end));
    }

    // Then
    assertThat(gapAfter(6)).isTrue();
    assertThat(gapAfter(7)).isFalse();
    assertThat(heard).isEmpty();
  }

  @Test
  void whoHasTheEndHasItAlsoWhenItIsNotKept() {
    // Given
    AgentStopped end =
        new AgentStopped(APP, ROOM, NOW.toEpochMilli(), TASK, StopReason.REQUESTED, 0);
    events.tell(new Told(3, 7, "a", "dev.parley.agent.stopped.v1", end));
    assertThat(events.keepsEnd(APP, TASK)).isTrue();

    // When
    forgetQuietTasks();

    // Then
    assertThat(events.keepsEnd(APP, TASK)).isFalse();
    assertThat(events.hadEnd(APP, TASK, 6)).isFalse();
    assertThat(events.hadEnd(APP, TASK, 7)).isTrue();

    // When: something is told after the end
    tell(101, "b");

    // Then
    assertThat(events.keepsEnd(APP, TASK)).isFalse();
    assertThat(events.hadEnd(APP, TASK, 7)).isTrue();

    // When: it lives again
    events.tell(new Told(3, 102, "c", "dev.parley.agent.requested.v1", Samples.requested("c-2")));

    // Then
    assertThat(events.hadEnd(APP, TASK, 102)).isFalse();
  }

  @Test
  void whatIsReadAgainIsNotToldAgain() {
    // Given
    tell(7, "a");
    tell(8, "b");
    forgetQuietTasks();
    Runnable unused = events.follow(APP, TASK, -1, () -> {}, told -> heard.add(told.offset()));

    // When
    tell(7, "a");
    tell(8, "b");
    tell(101, "c");

    // Then
    assertThat(heard).containsExactly(101L);
    assertThat(gapAfter(8)).isFalse();
  }

  @Test
  void whatIsOldIsNotToldToWhoHasItWhenItIsReadLate() {
    // Given
    Runnable unused = events.follow(APP, TASK, 8, () -> {}, told -> heard.add(told.offset()));

    // When
    tell(7, "a");
    tell(8, "b");
    tell(9, "c");

    // Then
    assertThat(heard).containsExactly(9L);
  }

  @Test
  void theLastThatIsToldOfACommandCounts() {
    // Given
    CommandId command = new CommandId("c-9");
    assertThat(events.refused(APP, TASK, command)).isFalse();

    // When / Then
    events.tell(
        new Told(
            3,
            20,
            "e-20",
            "dev.parley.agent.command-refused.v1",
            new AgentCommandRefused(
                APP,
                ROOM,
                NOW.toEpochMilli(),
                TASK,
                command,
                "dev.parley.agent.return-tool-result.v1",
                new Failure("command_expired", "Late.", "Again.", null, null))));
    assertThat(events.refused(APP, TASK, command)).isTrue();
    assertThat(events.refused(APP, TASK, new CommandId("c-10"))).isFalse();
    events.tell(
        new Told(
            3,
            21,
            "e-21",
            "dev.parley.agent.command-completed.v1",
            new AgentCommandCompleted(
                APP,
                ROOM,
                NOW.toEpochMilli(),
                TASK,
                command,
                "dev.parley.agent.return-tool-result.v1",
                null)));
    assertThat(events.refused(APP, TASK, command)).isFalse();
  }
}
