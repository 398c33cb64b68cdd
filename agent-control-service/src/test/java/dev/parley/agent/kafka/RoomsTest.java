package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.agent.kafka.Rooms.Occupant;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentTask;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomsTest {
  private static final RoomKey KEY = new RoomKey(APP, ROOM);

  private final TestRooms of = new TestRooms();
  private final Rooms rooms = new Rooms(of.tools(), Runnable::run);

  private Room room() {
    return rooms.get(KEY).room();
  }

  private List<Room> due() {
    List<Room> due = new ArrayList<>();
    rooms.tick(of.time.instant(), occupant -> due.add(occupant.room()));
    return due;
  }

  private List<Action> calls() {
    return of.cloud.calls().stream().map(Call::action).toList();
  }

  private void over() throws InterruptedException {
    room().command(Samples.start("c-1"), null);
    room().command(Samples.stop("c-2"), null);
    assertThat(of.written.of(AgentTask.class).getLast().state()).isEqualTo(AgentTask.State.STOPPED);
  }

  @Test
  void aRoomWhoseAgentsAreGoneSleeps() throws InterruptedException {
    // Given
    over();

    // When
    assertThat(due()).isEmpty();

    // Then
    assertThat(rooms.awake()).isEmpty();
    assertThat(rooms.knows(KEY)).isTrue();
  }

  @Test
  void aRoomWithAnAgentStaysAwake() throws InterruptedException {
    // Given
    room().command(Samples.start("c-1"), null);

    // When
    assertThat(due()).isEmpty();

    // Then
    assertThat(rooms.awake()).hasSize(1);
    assertThat(rooms.sleeping()).isZero();
  }

  @Test
  void aRepeatedStartWakesTheRoomAndStartsNothing() throws InterruptedException {
    // Given
    over();
    assertThat(due()).isEmpty();

    // When
    room().command(Samples.start("c-1"), null);

    // Then
    assertThat(calls()).containsExactly(Action.START, Action.STOP);
    assertThat(rooms.sleeping()).isZero();
  }

  @Test
  void aSleepingRoomStillKnowsItsTask() throws InterruptedException {
    // Given
    over();
    assertThat(due()).isEmpty();

    // When: the same key with another body, which only the task itself can tell from a first start
    room().command(Samples.start("c-other"), null);

    // Then
    assertThat(calls()).containsExactly(Action.START, Action.STOP);
    assertThat(of.written.of(AgentCommandRefused.class))
        .extracting(refused -> refused.failure().code())
        .containsExactly("idempotency_key_reused");
  }

  @Test
  void aForgottenTaskIsStartedAnewByTheSameCommand() throws InterruptedException {
    // Given
    over();
    assertThat(due()).isEmpty();
    of.time.advance(TestRooms.MEMORY);
    for (Room each : due()) {
      each.tick();
    }
    List<String> firstLife = of.written.ids();

    // When
    room().command(Samples.start(ROOM, TASK, "c-1", NOW.plus(TestRooms.MEMORY)), null);

    // Then
    assertThat(calls()).containsExactly(Action.START, Action.STOP, Action.START);
    assertThat(of.written.ids().subList(firstLife.size(), of.written.ids().size()))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(firstLife);
  }

  @Test
  void anAgentThatIsHeardLongAfterItsEndIsStoppedAgain() throws InterruptedException {
    // Given
    over();
    assertThat(due()).isEmpty();
    of.time.advance(Duration.ofSeconds(60));

    // When
    room()
        .agentEvent(
            new AgentRunStageReported(
                APP, ROOM, NOW.plusSeconds(60).toEpochMilli(), TASK, AGENT, 0, "answerStart"));
    for (Room each : due()) {
      each.tick();
    }

    // Then
    assertThat(calls()).containsExactly(Action.START, Action.STOP, Action.STOP);
  }

  @Test
  void aTaskIsForgottenInItsSleep() throws InterruptedException {
    // Given
    over();
    assertThat(due()).isEmpty();

    // When
    of.time.advance(TestRooms.MEMORY);
    for (Room each : due()) {
      each.tick();
    }
    of.time.advance(TestRooms.TICK);
    assertThat(due()).isEmpty();

    // Then
    assertThat(of.written.erased()).extracting(AgentTask::taskId).containsExactly(TASK);
    assertThat(rooms.knows(KEY)).isFalse();
  }

  private void over(int number) throws InterruptedException {
    RoomId room = new RoomId("Room" + number);
    TaskId task = new TaskId("t-" + number);
    Room there = rooms.get(new RoomKey(APP, room)).room();
    there.command(Samples.start(room, task, "start-" + number, of.time.instant()), null);
    there.command(Samples.stop(room, task, "stop-" + number, of.time.instant()), null);
  }

  private List<String> forgotten() throws InterruptedException {
    for (Room each : due()) {
      each.tick();
    }
    return of.written.erased().stream().map(task -> task.taskId().value()).toList();
  }

  @Test
  void beyondTheBoundThoseAreForgottenThatEndedFirst() throws InterruptedException {
    // Given: one that sleeps, and one more than are remembered
    over(1);
    assertThat(due()).isEmpty();
    of.time.advance(Duration.ofSeconds(1));
    over(2);
    of.time.advance(Duration.ofSeconds(1));
    over(3);

    // When: its start might still be delivered again
    of.time.advance(Duration.ofSeconds(57));
    assertThat(forgotten()).isEmpty();

    // When
    of.time.advance(Duration.ofSeconds(1));

    // Then
    assertThat(forgotten()).containsExactly("t-1");
    of.time.advance(TestRooms.TICK);
    assertThat(forgotten()).containsExactly("t-1");
    assertThat(rooms.knows(new RoomKey(APP, new RoomId("Room1")))).isFalse();
    assertThat(rooms.knows(new RoomKey(APP, new RoomId("Room2")))).isTrue();
  }

  @Test
  void whatIsForgottenEarlyIsStartedAnewByTheSameCommand() throws InterruptedException {
    // Given
    for (int each = 1; each <= 3; each++) {
      over(each);
      of.time.advance(Duration.ofSeconds(1));
    }
    of.time.advance(Duration.ofSeconds(60));
    assertThat(forgotten()).containsExactly("t-1");

    // When
    over(1);

    // Then
    assertThat(calls())
        .containsExactly(
            Action.START,
            Action.STOP,
            Action.START,
            Action.STOP,
            Action.START,
            Action.STOP,
            Action.START,
            Action.STOP);
  }

  @Test
  void aRoomThatIsAwakeForgetsWhatIsTooMuchAndKeepsItsAgent() throws InterruptedException {
    // Given: three tasks of one room are over, the fourth has an agent
    for (int each = 1; each <= 4; each++) {
      TaskId task = new TaskId("t-" + each);
      room().command(Samples.start(ROOM, task, "start-" + each, of.time.instant()), null);
      if (each < 4) {
        room().command(Samples.stop(ROOM, task, "stop-" + each, of.time.instant()), null);
      }
      of.time.advance(Duration.ofSeconds(1));
    }
    room()
        .agentEvent(
            new AgentRunStageReported(
                APP,
                ROOM,
                of.time.instant().toEpochMilli(),
                new TaskId("t-4"),
                AGENT,
                0,
                "answerStart"));

    // When
    of.time.advance(Duration.ofSeconds(57));

    // Then
    assertThat(forgotten()).containsExactly("t-1");
    assertThat(rooms.awake()).hasSize(1);
  }

  @Test
  void aRepeatedStartIsToldAgainHowItEnded() throws InterruptedException {
    // Given
    over();
    AgentTask end = of.written.of(AgentTask.class).getLast();
    int written = of.written.ids().size();

    // When
    room().command(Samples.start("c-1"), null);

    // Then
    assertThat(of.written.ids()).hasSize(written + 1);
    assertThat(of.written.of(AgentTask.class).getLast()).isEqualTo(end);
  }

  @Test
  void aRoomInWhichNothingBeganIsForgotten() {
    // Given
    Occupant unused = rooms.get(KEY);

    // When
    assertThat(due()).isEmpty();

    // Then
    assertThat(rooms.knows(KEY)).isFalse();
  }

  @Test
  void aRoomWhoseTimerFailsIsLookedAtAgain() throws InterruptedException {
    // Given: nothing says when to look again
    room().command(Samples.start("c-1"), null);
    of.time.advance(Duration.ofSeconds(15));
    assertThat(due()).hasSize(1);

    // When
    of.time.advance(TestRooms.TICK);

    // Then
    assertThat(due()).hasSize(1);
  }
}
