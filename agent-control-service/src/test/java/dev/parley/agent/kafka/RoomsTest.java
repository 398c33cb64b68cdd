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
import dev.parley.events.id.RoomKey;
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
