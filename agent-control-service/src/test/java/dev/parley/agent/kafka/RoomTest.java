package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TARGET;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentControl;
import dev.parley.agent.AgentTaskState;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.agent.cloud.QuotaShare;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.TestConfig;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.StartBodies;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStopping;
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
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What facts about a room make of its agents. */
class RoomTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration JOIN_GRACE = Duration.ofSeconds(60);

  private final Time time = new Time();
  private final FakeVoiceChatApi cloud = new FakeVoiceChatApi();
  private final Written written = new Written();
  private final Room room = room();

  /** Passes when a test says so. */
  private static final class Time extends Clock {
    private Instant now = NOW;

    void pass(Duration duration) {
      now = now.plus(duration);
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
      return this;
    }
  }

  /** What Kafka would have. */
  private static final class Written implements Journal {
    private final List<Draft> drafts = new ArrayList<>();

    @Override
    public void append(List<Draft> more) {
      drafts.addAll(more);
    }

    @Override
    public void erase(AgentTask task) {}

    <T> List<T> of(Class<T> type) {
      return drafts.stream().map(Draft::data).filter(type::isInstance).map(type::cast).toList();
    }
  }

  private Room room() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0.5);
    Applications applications =
        new Applications(TestConfig.of(TestConfig.oneApp()).apps(), Optional.empty());
    SceneCatalogue scenes = new SceneCatalogue(Optional.empty());
    RoomTools tools =
        new RoomTools(
            new AgentControl(Samples.LIMITS),
            new Reaper(
                new Reaper.Rules(GRACE, JOIN_GRACE, Duration.ofHours(4), Duration.ofMinutes(30))),
            new CloudCaller(
                cloud, app -> "default", backoff, 1, 10, Duration.ofSeconds(1), time, wait -> {}),
            new CloudRequests(
                applications, new StartBodies(scenes::find, name -> Optional.empty())),
            scene -> Optional.empty(),
            written,
            time,
            new SimpleMeterRegistry(),
            new WorkerSettings(
                "workers",
                1000,
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                60,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofHours(24),
                Duration.ofSeconds(180)));
    PartitionLease lease = new PartitionLease(() -> 0, () -> 0, Duration.ofSeconds(10));
    // A second passes each time that it is looked at: nobody waits for the quota.
    long[] seconds = {0};
    QuotaShare quota = new QuotaShare(60, 12, () -> ++seconds[0] * 1_000_000_000L);
    return new Room(
        tools,
        lease,
        new CloudCalls(tools, lease, quota),
        new CommandFence(),
        new Departures(),
        new Presence(),
        new Hearing(Duration.ofSeconds(5), time, () -> 0));
  }

  private void running() throws InterruptedException {
    room.command(Samples.start("c-1"), null);
    room.agentEvent(
        new AgentRunStageReported(APP, ROOM, NOW.toEpochMilli(), TASK, AGENT, 0, "taskStart"));
    assertThat(state()).isEqualTo(AgentTask.State.RUNNING);
  }

  private void takenOver(
      AgentTaskState state, @Nullable Instant targetLeftAt, @Nullable RoomState roomState) {
    room.restore(
        TaskSnapshots.snapshot(state, targetLeftAt, null, null, time.instant()), roomState);
  }

  private static AgentTaskState.Running state(Instant since) {
    return new AgentTaskState.Requested(Samples.facts(since)).dispatched(since).running(since);
  }

  private void told(RoomEvent... facts) throws InterruptedException {
    for (RoomEvent fact : facts) {
      room.roomEvent(fact);
    }
  }

  private AgentTask.State state() {
    return written.of(AgentTask.class).getLast().state();
  }

  private List<StopReason> stops() {
    return written.of(AgentStopping.class).stream().map(AgentStopping::reason).toList();
  }

  private List<Action> calls() {
    return cloud.calls().stream().map(Call::action).toList();
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
    time.pass(Duration.ofSeconds(30));
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
    time.pass(Duration.ofSeconds(30));
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
    time.pass(GRACE.minusMillis(1));
    room.tick();
    List<StopReason> within = stops();
    time.pass(Duration.ofMillis(1));
    room.tick();

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.ROOM_CLOSED);
    assertThat(cloud.active()).isEmpty();
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
    time.pass(Duration.ofMinutes(2));
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
    time.pass(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aClosedRoomThatIsTakenOverKeepsItsGrace() throws InterruptedException {
    // Given
    takenOver(state(NOW.minusSeconds(300)), null, state(-4, false));

    // When
    time.pass(Duration.ofMillis(5_999));
    room.tick();
    List<StopReason> within = stops();
    time.pass(Duration.ofMillis(1));
    room.tick();

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
    time.pass(JOIN_GRACE.minusMillis(1));
    room.tick();
    List<StopReason> within = stops();
    time.pass(Duration.ofMillis(1));
    room.tick();

    // Then
    assertThat(within).isEmpty();
    assertThat(stops()).containsExactly(StopReason.TARGET_LEFT);
  }

  @Test
  void anAgentThatLeftLongBeforeTheStartWasAnotherOne() throws InterruptedException {
    // Given
    running();

    // When
    told(new UserLeft(APP, ROOM, at(-6), Evidence.CLOUD, AGENT, LeaveReason.QUIT));
    time.pass(Duration.ofSeconds(30));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }

  @Test
  void aTakeoverWaitsForAUserWhoseComingWasNotTold() throws InterruptedException {
    // Given: an agent that has run for long, in a room where only it is known to be
    takenOver(state(NOW.minusSeconds(600)), null, state(-600, true, AGENT));

    // When
    time.pass(Duration.ofSeconds(59));
    room.tick();

    // Then
    assertThat(stops()).isEmpty();
  }
}
