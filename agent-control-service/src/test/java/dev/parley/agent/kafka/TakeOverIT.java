package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.AgentTaskState;
import dev.parley.agent.Limits;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.kafka.WorkerOutput.Read;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.StopReason;
import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workers that come, go, die and stand still lose, double and reorder nothing. */
class TakeOverIT extends WorkerHarness {
  private static final int ROOMS = 24;
  private static final int ROUNDS = 8;

  /** What a room's cloud is told in all rounds. */
  private static final List<String> EVERYTHING =
      List.of(
          "START",
          "UPDATE x1",
          "UPDATE x2",
          "UPDATE x3",
          "UPDATE x4",
          "UPDATE x5",
          "UPDATE x6",
          "STOP");

  @Test
  void aWorkerKilledBetweenCallAndAnswerLeavesOneAgent() throws InterruptedException {
    // Given
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch dead = new CountDownLatch(1);
    cloud.answering(
        call -> {
          if (call.task().equals(task.value()) && called.getCount() > 0) {
            called.countDown();
            pass(dead);
          }
          return null;
        });
    CommandLoop first = start();
    publishStart(commandId("c-1"));
    assertThat(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    // When
    first.crash();
    dead.countDown();
    start();

    // Then
    awaitState(task, AgentTask.State.DISPATCHED);
    assertThat(actions(task)).containsExactly(Action.START, Action.START);
    assertThat(cloud.startsOf(task.value())).isEqualTo(1);
    // Told again, under the same id: the worker before may not have come to it.
    assertThat(reader.eventTypes(task))
        .containsExactly(AgentRequested.class, AgentRequested.class, AgentDispatched.class);
    assertThat(reader.eventIds(task, AgentRequested.class)).hasSize(1);
  }

  @Test
  void aWorkerThatTakesOverHearsWhatWasToldBeforeItJudgesDeadlines() throws InterruptedException {
    // Given: the agent appears while there is no worker, and its deadline passes
    CommandLoop first = start();
    publishStart(commandId("c-1"));
    awaitState(task, AgentTask.State.DISPATCHED);
    first.crash();
    publishRunStage("taskStart");

    // When
    limits =
        new Limits(
            Duration.ofMillis(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofSeconds(5));
    start();

    // Then
    awaitState(task, AgentTask.State.RUNNING);
    assertThat(reader.eventTypes(task))
        .containsExactly(
            AgentRequested.class,
            AgentDispatched.class,
            AgentRunStageReported.class,
            AgentRunning.class);
  }

  @Test
  void noDeadlinePassesWhileKafkaIsAway() throws InterruptedException {
    // Given
    limits =
        new Limits(
            Duration.ofSeconds(3),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofSeconds(5));
    start();
    publishStart(commandId("c-1"));
    awaitState(task, AgentTask.State.DISPATCHED);
    Instant deadline = Instant.now().plusSeconds(3);

    // When: the agent appears only after its deadline, because nobody could tell before
    restartKafka(() -> Instant.now().isAfter(deadline));
    publishRunStage("taskStart");

    // Then
    awaitState(task, AgentTask.State.RUNNING);
    assertThat(reader.eventTypes(task))
        .containsExactly(
            AgentRequested.class,
            AgentDispatched.class,
            AgentRunStageReported.class,
            AgentRunning.class);
  }

  @Test
  void theNextWorkerKnowsWhatTheOneBeforeDid() throws InterruptedException {
    // Given
    CommandLoop first = start();
    running();
    publish(Samples.interrupt(room, task, commandId("c-2"), Instant.now()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentCommandCompleted.class));
    first.close();

    // When
    start();
    publishStart("c-start-" + task);
    publish(Samples.interrupt(room, task, commandId("c-2"), Instant.now()));
    publish(Samples.stop(room, task, commandId("c-3"), Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(actions(task)).containsExactly(Action.START, Action.UPDATE, Action.STOP);
  }

  @Test
  void workersThatComeAndGoLoseDoubleAndReorderNothing() throws InterruptedException {
    // Given
    cloud.latency(Duration.ofMillis(30));
    CommandLoop first = start();

    // When: a second worker joins and the first one leaves while commands come in
    for (int round = 0; round < ROUNDS; round++) {
      tellAllRooms(round);
      if (round == 2) {
        notStarted().start();
      }
      if (round == 5) {
        first.close();
      }
    }

    // Then
    for (TaskId of : crowd()) {
      awaitState(of, AgentTask.State.STOPPED);
      assertThat(told(of)).isEqualTo(EVERYTHING);
      assertThat(completed(of)).isEqualTo(sayings(of));
    }
    assertThat(cloud.overlapped()).isFalse();
    assertThat(cloud.active()).isEmpty();
  }

  @Test
  void aWorkerKilledWhileCommandsWaitLeavesThemToTheNextInTheirOrder() throws InterruptedException {
    // Given: two workers; in each room the second text is being said and the rest waits
    CountDownLatch inFlight = new CountDownLatch(ROOMS);
    CountDownLatch dead = new CountDownLatch(1);
    cloud.answering(
        call -> {
          if (call.message().equals("x2") && dead.getCount() > 0) {
            inFlight.countDown();
            pass(dead);
          }
          return null;
        });
    Set<String> tasksOfTheFirst = ConcurrentHashMap.newKeySet();
    api =
        request -> {
          tasksOfTheFirst.add(FakeVoiceChatApi.body(request).path("TaskId").asText());
          return cloud.call(request);
        };
    CommandLoop first = start();
    api = cloud;
    CommandLoop second = start();
    await().atMost(PATIENCE).until(() -> first.settled() && second.settled());
    for (int round = 0; round < ROUNDS; round++) {
      tellAllRooms(round);
    }
    assertThat(inFlight.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    // When
    first.crash();
    dead.countDown();

    // Then: only what was in flight at the killed one is said again
    assertThat(tasksOfTheFirst).hasSizeBetween(1, ROOMS - 1);
    List<String> saidAgain = new ArrayList<>(EVERYTHING);
    saidAgain.add(EVERYTHING.indexOf("UPDATE x2"), "UPDATE x2");
    for (TaskId of : crowd()) {
      awaitState(of, AgentTask.State.STOPPED);
      assertThat(told(of)).isEqualTo(tasksOfTheFirst.contains(of.value()) ? saidAgain : EVERYTHING);
      assertThat(completed(of)).isEqualTo(sayings(of));
    }
    assertThat(cloud.active()).isEmpty();
  }

  @Test
  void workersThatComeAndGoKeepTheQuotaTogether() throws InterruptedException {
    // Given: a cloud that notes when calls arrive, and in each partition more starts than its share
    // of three windows
    quotaPerSecond = 60;
    List<Long> arrivedNanos = Collections.synchronizedList(new ArrayList<>());
    api =
        request -> {
          arrivedNanos.add(System.nanoTime());
          return cloud.call(request);
        };
    List<TaskId> tasks = new ArrayList<>();
    int[] startsOf = new int[Topic.PARTITIONS];
    for (int i = 0; tasks.size() < 20 * Topic.PARTITIONS; i++) {
      RoomId each = new RoomId(room + "-" + i);
      if (startsOf[RoomPartitioner.partition(APP + ":" + each, Topic.PARTITIONS)]++ < 20) {
        TaskId of = new TaskId(task + "-" + i);
        tasks.add(of);
        publish(Samples.start(each, of, "c-start-" + of, Instant.now()));
      }
    }

    // When: a second worker joins, and the first one dies
    CommandLoop first = start();
    await().atMost(PATIENCE).until(() -> cloud.active().size() >= 60);
    CommandLoop second = start();
    await().atMost(PATIENCE).until(() -> first.settled() && second.settled());
    first.crash();

    // Then: some second is used to the full, and none is beyond it
    await().atMost(PATIENCE).until(() -> cloud.active().size() == tasks.size());
    assertThat(busiestSecond(arrivedNanos)).isEqualTo(60);
  }

  private static long busiestSecond(List<Long> nanos) {
    long second = Duration.ofSeconds(1).toNanos();
    List<Long> copy = List.copyOf(nanos);
    return copy.stream()
        .mapToLong(from -> copy.stream().filter(at -> at - from >= 0 && at - from < second).count())
        .max()
        .orElse(0);
  }

  private List<TaskId> crowd() {
    return IntStream.range(0, ROOMS).mapToObj(i -> new TaskId(task + "-" + i)).toList();
  }

  // The first round starts an agent in every room, the last one stops it.
  private void tellAllRooms(int round) throws InterruptedException {
    for (int i = 0; i < ROOMS; i++) {
      RoomId each = new RoomId(room + "-" + i);
      TaskId of = crowd().get(i);
      Instant now = Instant.now();
      publish(
          switch (round) {
            case 0 -> Samples.start(each, of, "c-start-" + of, now);
            case ROUNDS - 1 -> Samples.stop(each, of, "c-stop-" + of, now);
            default -> Samples.say(each, of, sayings(of).get(round - 1), "x" + round, now);
          });
    }
  }

  private static List<String> sayings(TaskId of) {
    return IntStream.range(1, ROUNDS - 1).mapToObj(round -> "c-say-" + round + "-" + of).toList();
  }

  /** What the cloud was told about a task, in its order. */
  private List<String> told(TaskId of) {
    return cloud.calls().stream()
        .filter(call -> call.task().equals(of.value()))
        .map(call -> (call.action() + " " + call.message()).strip())
        .toList();
  }

  /** The ids of the commands of which Kafka has that they were carried out, in its order. */
  private List<String> completed(TaskId of) {
    return reader.events(of).stream()
        .filter(AgentCommandCompleted.class::isInstance)
        .map(event -> ((AgentCommandCompleted) event).commandId().value())
        .toList();
  }

  @Test
  void aWorkerThatStandsStillForLongerThanThePollIntervalLeavesItsRoomsToAnother()
      throws InterruptedException {
    // Given
    drain = Duration.ofSeconds(1);
    try (Standstill standstill = new Standstill()) {
      clock = standstill;
      CommandLoop first = start();
      running();
      clock = Clock.systemUTC();
      CommandLoop second = notStarted();
      Duration longest = settings().maxPollInterval().plus(PATIENCE);

      // When
      standstill.begin();
      second.start();
      publish(Samples.say(room, task, "c-say-" + task, "hello", Instant.now().plus(longest)));

      // Then
      await()
          .atMost(longest)
          .untilAsserted(
              () ->
                  assertThat(reader.eventTypes(task))
                      .filteredOn(is(AgentCommandCompleted.class))
                      .hasSize(1));
      standstill.end();
      await().atMost(PATIENCE).until(() -> first.settled() && second.settled());
    }
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(actions(task)).containsExactly(Action.START, Action.UPDATE, Action.STOP);
    assertThat(cloud.overlapped()).isFalse();
  }

  @Test
  void workThatWasUnderWayInAStandstillIsLeftToTheNextOwner() throws InterruptedException {
    // Given: a drain that nobody would wait for, were the lease still good
    drain = PATIENCE.plusSeconds(20);
    try (HeldCall held = new HeldCall();
        Standstill standstill = new Standstill()) {
      clock = standstill;
      start();
      publishStart(commandId("c-1"));
      held.awaitCall();

      // When: shorter than the poll interval, so that the group does not notice
      standstill.begin();
      Instant leaseOver = Instant.now().plus(settings().sessionTimeout()).plusSeconds(1);
      await().atMost(PATIENCE).until(() -> Instant.now().isAfter(leaseOver));
      standstill.end();
      awaitState(task, AgentTask.State.DISPATCHED);
      publishRunStage("taskStart");
      awaitState(task, AgentTask.State.RUNNING);
      held.end();
    }
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));
    awaitState(task, AgentTask.State.STOPPED);

    // Then
    assertThat(actions(task)).containsExactly(Action.START, Action.START, Action.STOP);
    assertThat(cloud.startsOf(task.value())).isEqualTo(1);
    assertThat(reader.eventTypes(task)).filteredOn(is(AgentDispatched.class)).hasSize(1);
  }

  @Test
  void aWorkerCutOffFromKafkaLeavesItsWorkToTheNextOwner() throws InterruptedException {
    // Given
    try (HeldCall held = new HeldCall()) {
      start();
      publishStart(commandId("c-1"));
      held.awaitCall();

      // When: the call is answered when the group may have given the partition to another
      Instant leaseOver = Instant.now().plus(settings().sessionTimeout()).plusSeconds(3);
      restartKafka(
          () -> {
            boolean over = Instant.now().isAfter(leaseOver);
            if (over) {
              held.end();
            }
            return over;
          });

      // Then
      awaitState(task, AgentTask.State.DISPATCHED);
    }
    assertThat(actions(task)).containsExactly(Action.START, Action.START);
    assertThat(cloud.startsOf(task.value())).isEqualTo(1);
    assertThat(reader.eventTypes(task)).filteredOn(is(AgentDispatched.class)).hasSize(1);
  }

  // A killed worker's threads are interrupted.
  private static void pass(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The first call about the task: carried out, and answered only when a test says so. */
  private final class HeldCall implements AutoCloseable {
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    HeldCall() {
      cloud.answering(
          call -> {
            if (call.task().equals(task.value()) && called.getCount() > 0) {
              called.countDown();
              pass(over);
            }
            return null;
          });
    }

    void awaitCall() throws InterruptedException {
      assertThat(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    void end() {
      over.countDown();
    }

    @Override
    public void close() {
      end();
    }
  }

  /** The clock of a worker whose own thread stands still, as in a process that is suspended. */
  private static final class Standstill extends Clock implements AutoCloseable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean on;

    void begin() throws InterruptedException {
      on = true;
      assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    void end() {
      over.countDown();
    }

    @Override
    public void close() {
      end();
    }

    @Override
    public Instant instant() {
      // Rooms go on: it is the reading that stands still.
      if (on && Thread.currentThread().getName().equals("agent-worker")) {
        begun.countDown();
        pass(over);
      }
      return Instant.now();
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

  private static Predicate<Class<?>> is(Class<?> wanted) {
    return type -> type == wanted;
  }

  @Test
  void aBrokerThatRestartsLosesNothing() throws InterruptedException {
    // Given
    start();
    running();

    // When
    restartKafka();
    publish(Samples.say(room, task, "c-say-" + task, "hello", Instant.now()));
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(actions(task)).containsExactly(Action.START, Action.UPDATE, Action.STOP);
    assertThat(cloud.active()).doesNotContain(task.value());
  }

  @Test
  void aTaskWhoseStateCannotBeReadIsKeptAsABadRow() throws InterruptedException {
    // Given
    long offset = publishRaw(Topic.AGENT_TASKS, APP + ":" + room + ":" + task, "{not json");

    // When
    start();

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.all())
                    .map(Read::data)
                    .filteredOn(BadRow.class::isInstance)
                    .map(BadRow.class::cast)
                    .anySatisfy(
                        row ->
                            assertThat(row.origin())
                                .containsEntry("topic", "rtc.agent.tasks")
                                .containsEntry("offset", Long.toString(offset))));
  }

  @Test
  void aStartThatIsRefusedWhenAskedAgainLeavesNoAgentBehind() throws InterruptedException {
    // Given: a worker is killed when its call has done its work, and the cloud refuses the next one
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch dead = new CountDownLatch(1);
    cloud.answering(
        call -> {
          if (!call.task().equals(task.value()) || call.action() != Action.START) {
            return null;
          }
          if (called.getCount() > 0) {
            called.countDown();
            pass(dead);
          }
          return new CloudProblem.Rejected("AccessDenied", null);
        });
    CommandLoop first = start();
    publishStart(commandId("c-1"));
    assertThat(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(cloud.active()).contains(task.value());

    // When
    first.crash();
    dead.countDown();
    start();

    // Then
    awaitState(task, AgentTask.State.FAILED);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(cloud.active()).doesNotContain(task.value()));
  }

  @Test
  void anOlderStateBehindTheEndOfATaskChangesNothing() throws InterruptedException {
    // Given: a worker that stood still writes what it last knew, behind the end
    Instant now = Instant.now();
    AgentTaskState.Running running =
        new AgentTaskState.Requested(
                new TaskFacts(
                    APP,
                    room,
                    task,
                    "assistant",
                    Samples.AGENT,
                    Samples.TARGET,
                    now,
                    new CommandId(commandId("c-1")),
                    new CommandId(commandId("c-1"))))
            .dispatched(now)
            .running(now);
    publish(
        TaskSnapshots.snapshot(
            running.stopping(now, StopReason.REQUESTED).stopped(now), null, null, null, now));
    publish(TaskSnapshots.snapshot(running, null, null, null, now.plusSeconds(1)));
    awaitState(task, AgentTask.State.RUNNING);

    // When
    start();

    // Then: what compaction keeps is the end
    awaitState(task, AgentTask.State.STOPPED);
    publish(Samples.stop(room, task, commandId("c-2"), Instant.now()));
    publish(Samples.interrupt(room, task, commandId("c-3"), Instant.now()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).containsExactly(AgentCommandRefused.class));
    assertThat(actions(task)).isEmpty();
  }
}
