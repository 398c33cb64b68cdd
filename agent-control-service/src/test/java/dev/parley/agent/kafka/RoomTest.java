package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TARGET;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.agent.scene.ToolWaiting;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.AgentTask;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.StopReason;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What facts about a room make of its agents. */
class RoomTest {
  private final TestRooms of = new TestRooms();
  private final PartitionTools shared = of.tools();
  private final Room room = new Room(shared, next -> {});

  private void running() throws InterruptedException {
    room.command(Samples.start("c-1"), null);
    room.agentEvent(
        new AgentRunStageReported(APP, ROOM, NOW.toEpochMilli(), TASK, AGENT, 0, "taskStart"));
    assertThat(state()).isEqualTo(AgentTask.State.RUNNING);
  }

  private void takenOver(
      AgentTaskState state, @Nullable Instant targetLeftAt, @Nullable RoomState roomState) {
    room.restore(
        TaskSnapshots.snapshot(state, targetLeftAt, null, null, of.time.instant()), roomState);
  }

  private static AgentTaskState.Running state(Instant since) {
    return new AgentTaskState.Requested(Samples.facts(since)).dispatched(since).running(since);
  }

  private void told(RoomEvent... facts) throws InterruptedException {
    for (RoomEvent fact : facts) {
      room.roomEvent(fact);
    }
  }

  /** As the worker takes facts in: noted before their room hears of them. */
  private void readAndTold(RoomEvent... facts) throws InterruptedException {
    for (RoomEvent fact : facts) {
      shared.presence().note(fact);
      told(fact);
    }
  }

  private AgentTask.State state() {
    return of.written.of(AgentTask.class).getLast().state();
  }

  private List<StopReason> stops() {
    return of.written.of(AgentStopping.class).stream().map(AgentStopping::reason).toList();
  }

  /** What was stopped a millisecond before that time is over; then it is over. */
  private List<StopReason> stopsJustBefore(Duration end) throws InterruptedException {
    of.time.advance(end.minusMillis(1));
    room.tick();
    List<StopReason> within = stops();
    of.time.advance(Duration.ofMillis(1));
    room.tick();
    return within;
  }

  private List<Action> calls() {
    return of.cloud.calls().stream().map(Call::action).toList();
  }

  private static long at(int seconds) {
    return NOW.plusSeconds(seconds).toEpochMilli();
  }

  private static RoomEvent left(int seconds) {
    return new UserLeft(
        APP, ROOM, at(seconds), Evidence.CLOUD, TARGET, LeaveReason.CONNECTION_LOST);
  }

  private static RoomEvent closed(int seconds) {
    return new RoomClosed(APP, ROOM, at(seconds), Evidence.INFERRED, CloseReason.EMPTY);
  }

  private static RoomEvent opened(int seconds) {
    return new RoomOpened(APP, ROOM, at(seconds), Evidence.CLOUD);
  }

  private static RoomEvent joined(UserId user, int seconds) {
    return new UserJoined(APP, ROOM, at(seconds), Evidence.CLOUD, user);
  }

  private static RoomState state(int seconds, boolean open, UserId... there) {
    return new RoomState(
        APP,
        ROOM,
        at(seconds),
        open,
        at(seconds),
        List.of(there).stream()
            .map(user -> new RoomState.User(user, at(seconds), List.of(), false, false))
            .toList(),
        List.of());
  }

  @Test
  void aRoomThatClosesAndOpensAgainKeepsItsAgent() throws InterruptedException {
    // Given
    running();

    // When: the reducer tells of a late leave and of the return in one step
    told(left(1), closed(1), opened(2), joined(TARGET, 2));
    of.time.advance(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
    assertThat(calls()).containsExactly(Action.START);
  }

  @Test
  void aRoomThatOnlyTheAgentOpensAgainIsOpen() throws InterruptedException {
    // Given: nobody told of the target user's coming
    running();

    // When
    told(closed(1), opened(2), joined(AGENT, 2));
    of.time.advance(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aRoomThatStaysClosedStopsItsAgentAfterTheGrace() throws InterruptedException {
    // Given
    running();

    // When
    told(closed(1));
    List<StopReason> within = stopsJustBefore(TestRooms.GRACE);

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.ROOM_CLOSED);
    assertThat(of.cloud.active()).isEmpty();
  }

  @Test
  void takingInAFactJudgesNothing() throws InterruptedException {
    // Given: the user has been gone for longer than the grace, as far as the worker before knew
    takenOver(state(NOW.minusSeconds(300)), NOW.minusSeconds(30), state(-30, true, AGENT));

    // When: facts from before the user came back are read again first
    told(
        new StreamPublished(APP, ROOM, at(-5), Evidence.CLOUD, AGENT, MediaType.AUDIO, false),
        joined(TARGET, -1));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
    assertThat(calls()).isEmpty();
  }

  @Test
  void factsThatAreReadAgainAfterATakeoverEndWhereTheRoomStands() throws InterruptedException {
    // Given: the room's state is newer than the facts that come again
    takenOver(state(NOW.minusSeconds(300)), null, state(-1, true, AGENT, TARGET));

    // When
    told(left(-9), closed(-9), opened(-5), joined(TARGET, -5), joined(AGENT, -4));
    of.time.advance(Duration.ofMinutes(2));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aRoomThatClosedBeforeTheStartWasAnotherOne() throws InterruptedException {
    // Given
    running();

    // When
    told(closed(-1));
    of.time.advance(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aClosedRoomThatIsTakenOverKeepsItsGrace() throws InterruptedException {
    // Given
    takenOver(state(NOW.minusSeconds(300)), null, state(-4, false));

    // When
    List<StopReason> within = stopsJustBefore(Duration.ofSeconds(6));

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.ROOM_CLOSED);
  }

  @Test
  void aUserWhoLeftBeforeTheStartIsToCome() throws InterruptedException {
    // Given
    running();

    // When: the leave before the start is told only now
    told(left(-1));
    List<StopReason> within = stopsJustBefore(TestRooms.JOIN_GRACE);

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.TARGET_LEFT);
  }

  @Test
  void aUserWhoNeverComesToAFreshRoomIsNotWaitedForLong() throws InterruptedException {
    // Given: the start opens the room, and nobody but the agent comes
    room.command(Samples.start("c-1"), null);
    told(opened(1), joined(AGENT, 1));
    assertThat(state()).isEqualTo(AgentTask.State.RUNNING);

    // When
    List<StopReason> within = stopsJustBefore(TestRooms.JOIN_GRACE);

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.TARGET_LEFT);
    assertThat(of.cloud.active()).isEmpty();
  }

  @Test
  void aUserWhoComesAfterTheAgentKeepsIt() throws InterruptedException {
    // Given
    room.command(Samples.start("c-1"), null);
    told(opened(1), joined(AGENT, 1), joined(TARGET, 30));

    // When
    of.time.advance(Duration.ofMinutes(5));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void whoIsInARoomThatOpenedBeforeTheStartIsNotKnownByThat() throws InterruptedException {
    // Given: the target user may have come right after the room opened
    running();

    // When
    told(opened(-1));
    of.time.advance(Duration.ofMinutes(5));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aUserIsToComeToARoomWhoseOpeningIsToldOnlyAfterTheStart() throws InterruptedException {
    // Given: somebody else had opened the room
    running();
    readAndTold(opened(-1), joined(new UserId("bob"), -1));

    // When
    List<StopReason> within = stopsJustBefore(TestRooms.JOIN_GRACE);

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.TARGET_LEFT);
  }

  @Test
  void aUserWhoOpenedTheRoomBeforeTheStartAndIsToldOfAfterItKeepsTheAgent()
      throws InterruptedException {
    // Given
    running();
    readAndTold(opened(-1), joined(TARGET, -1));

    // When
    of.time.advance(Duration.ofMinutes(5));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  private double avoidedSeconds() {
    return of.metrics.counter("parley.agent.billed.seconds.avoided").count();
  }

  @Test
  void billedSecondsAreAvoidedOnceTheCloudConfirmsTheStop() throws InterruptedException {
    // Given
    running();
    told(left(1));
    of.cloud.answering(
        call ->
            call.action() == Action.STOP ? new CloudProblem.Unavailable("http_502", null) : null);
    of.time.advance(TestRooms.GRACE);
    room.tick();
    assertThat(state()).isEqualTo(AgentTask.State.STOPPING);
    assertThat(avoidedSeconds()).isZero();

    // When: 40 s after the user was seen to leave, of the 180 s that the cloud would wait
    of.cloud.answering(null);
    of.time.advance(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(state()).isEqualTo(AgentTask.State.STOPPED);
    assertThat(avoidedSeconds()).isEqualTo(140);
  }

  @Test
  void billedSecondsAreThoseOfTheScenesOwnIdleTimeout() throws InterruptedException {
    // Given
    of.idleTimeout = Duration.ofSeconds(60);
    running();

    // When: the room is over
    told(closed(1));
    of.time.advance(TestRooms.GRACE);
    room.tick();

    // Then
    assertThat(stops()).containsExactly(StopReason.ROOM_CLOSED);
    assertThat(avoidedSeconds()).isEqualTo(50);
  }

  @Test
  void aStopThatSomebodyAskedForAvoidsNothing() throws InterruptedException {
    // Given
    running();

    // When
    room.command(Samples.stop("c-2"), null);

    // Then
    assertThat(state()).isEqualTo(AgentTask.State.STOPPED);
    assertThat(avoidedSeconds()).isZero();
  }

  @Test
  void aToolResultThatDoesNotReachTheAgentLeavesTheDeadlineRunning() throws InterruptedException {
    // Given
    of.toolWaiting = new ToolWaiting(Duration.ofSeconds(8), null);
    running();
    AtomicBoolean workedOff = new AtomicBoolean();
    room.toolCall(
        new ToolCall(APP, ROOM, NOW.toEpochMilli(), TASK, AGENT, "call-1", "weather", "{}"),
        () -> workedOff.set(true));
    of.cloud.answering(
        call ->
            call.message().contains("sunny")
                ? new CloudProblem.Rejected("InvalidParameter", null)
                : null);

    // When
    room.toolResult(new ToolResult(APP, ROOM, at(1), TASK, "call-1", "sunny"), null);
    boolean workedOffAtOnce = workedOff.get();
    of.time.advance(Duration.ofSeconds(8));
    room.tick();

    // Then
    assertThat(workedOffAtOnce).isFalse();
    assertThat(of.cloud.calls().getLast().command()).isEqualTo("function");
    assertThat(of.cloud.calls().getLast().message())
        .contains("call-1", "The tool did not answer in time.");
    assertThat(of.written.of(AgentToolCallExpired.class)).hasSize(1);
    assertThat(workedOff).isTrue();
  }

  @Test
  void aToolResultThatDidNotReachTheAgentMayBeGivenAgain() throws InterruptedException {
    // Given
    running();
    of.cloud.answering(
        call ->
            call.message().contains("sunny")
                ? new CloudProblem.Rejected("InvalidParameter", null)
                : null);
    room.toolResult(new ToolResult(APP, ROOM, at(1), TASK, "call-1", "sunny"), null);

    // When
    room.toolResult(new ToolResult(APP, ROOM, at(2), TASK, "call-1", "rainy"), null);
    room.toolResult(new ToolResult(APP, ROOM, at(3), TASK, "call-1", "snowy"), null);

    // Then: the first that reaches the agent counts
    assertThat(of.cloud.calls())
        .extracting(call -> call.command() + call.message())
        .filteredOn(call -> call.startsWith("function"))
        .satisfiesExactly(
            refused -> assertThat(refused).contains("sunny"),
            taken -> assertThat(taken).contains("rainy"));
    assertThat(of.written.of(AgentCommandRefused.class)).hasSize(1);
  }

  @Test
  void aToolResultThatReachesTheAgentEndsTheDeadline() throws InterruptedException {
    // Given
    of.toolWaiting = new ToolWaiting(Duration.ofSeconds(8), null);
    running();
    AtomicBoolean workedOff = new AtomicBoolean();
    room.toolCall(
        new ToolCall(APP, ROOM, NOW.toEpochMilli(), TASK, AGENT, "call-1", "weather", "{}"),
        () -> workedOff.set(true));

    // When
    room.toolResult(new ToolResult(APP, ROOM, at(1), TASK, "call-1", "sunny"), null);
    of.time.advance(Duration.ofSeconds(8));
    room.tick();

    // Then
    assertThat(workedOff).isTrue();
    assertThat(calls()).containsExactly(Action.START, Action.UPDATE);
    assertThat(of.written.of(AgentToolCallExpired.class)).isEmpty();
  }

  @Test
  void aCommandThatBreaksTheWorkerBeforeItsCallIsSettled() throws InterruptedException {
    // Given
    of.scenesBroken = true;

    // When
    room.command(Samples.start("c-1"), null);

    // Then
    assertThat(of.written.of(AgentFailed.class))
        .extracting(failed -> failed.failure().code())
        .containsExactly("command_unsendable");
    assertThat(state()).isEqualTo(AgentTask.State.FAILED);
    assertThat(calls()).isEmpty();
  }

  @Test
  void aTextThatNobodyCanSignIsRefusedAloud() throws InterruptedException {
    // Given
    running();
    of.cloud.answering(call -> new CloudProblem.Rejected("credentials_missing", null));

    // When
    room.command(Samples.say(ROOM, TASK, "c-2", "hello", NOW), null);

    // Then
    assertThat(of.written.of(AgentCommandRefused.class))
        .extracting(refused -> refused.failure().code())
        .containsExactly("credentials_missing");
  }

  @Test
  void aSecondBodyUnderTheSameKeyIsRefusedAloud() throws InterruptedException {
    // Given
    running();

    // When: another instance of the API took it before it had heard of the first
    room.command(Samples.start("c-other"), null);

    // Then
    assertThat(of.written.of(AgentCommandRefused.class))
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.commandId()).isEqualTo(new CommandId("c-other"));
              assertThat(refused.failure().code()).isEqualTo("idempotency_key_reused");
            });
    assertThat(calls()).containsExactly(Action.START);
    assertThat(state()).isEqualTo(AgentTask.State.RUNNING);
  }

  @Test
  void aWorkerThatTakesOverKnowsWhichStartTheTaskCameFrom() throws InterruptedException {
    // Given
    takenOver(state(NOW.minusSeconds(300)), null, state(-300, true, AGENT, TARGET));

    // When
    room.command(Samples.start("c-other"), null);

    // Then
    assertThat(of.written.of(AgentCommandRefused.class))
        .extracting(refused -> refused.failure().code())
        .containsExactly("idempotency_key_reused");
    assertThat(calls()).isEmpty();
  }

  @Test
  void anAgentThatLeftLongBeforeTheStartWasAnotherOne() throws InterruptedException {
    // Given
    running();

    // When
    told(new UserLeft(APP, ROOM, at(-6), Evidence.CLOUD, AGENT, LeaveReason.QUIT));
    of.time.advance(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aTakeoverWaitsForAUserWhoseComingWasNotTold() throws InterruptedException {
    // Given: an agent that has run for long, in a room where only it is known to be
    takenOver(state(NOW.minusSeconds(600)), null, state(-600, true, AGENT));

    // When
    of.time.advance(Duration.ofSeconds(59));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }
}
