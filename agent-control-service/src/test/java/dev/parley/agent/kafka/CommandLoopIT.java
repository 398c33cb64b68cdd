package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.Limits;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.kafka.WorkerOutput.Read;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/** What the worker does with commands and with what the cloud says. */
class CommandLoopIT extends WorkerHarness {
  @Test
  void anAgentRunsOnlyWhenTheCloudSaysSo() throws InterruptedException {
    // Given
    start();
    publishStart(commandId("c-1"));
    awaitState(task, AgentTask.State.DISPATCHED);

    // When
    publishRunStage("taskStart");

    // Then
    awaitState(task, AgentTask.State.RUNNING);
    assertThat(reader.eventTypes(task))
        .filteredOn(type -> type != AgentRunStageReported.class)
        .containsExactly(AgentRequested.class, AgentDispatched.class, AgentRunning.class);
    List<Read> records =
        reader.all().stream()
            .filter(read -> read.data() instanceof AgentTask each && each.taskId().equals(task))
            .toList();
    String key = APP + ":" + room + ":" + task;
    assertThat(records).allSatisfy(read -> assertThat(read.record().key()).isEqualTo(key));
    assertThat(records)
        .allSatisfy(
            read ->
                assertThat(read.record().partition())
                    .isEqualTo(
                        RoomPartitioner.partition(
                            new RoomKey(APP, room).toString(), Topic.PARTITIONS)));
  }

  @Test
  void theAgentsUserInTheRoomIsEvidence() throws InterruptedException {
    // Given
    start();
    publishStart(commandId("c-1"));
    awaitState(task, AgentTask.State.DISPATCHED);

    // When
    publish(new UserJoined(APP, room, System.currentTimeMillis(), Evidence.CLIENT, AGENT));

    // Then
    awaitState(task, AgentTask.State.RUNNING);
    assertThat(reader.events(task))
        .filteredOn(AgentRunning.class::isInstance)
        .extracting(event -> ((AgentRunning) event).evidence())
        .containsExactly(RunningEvidence.AGENT_JOINED);
  }

  @Test
  void anAgentThatNeverComesFailsAndIsStoppedInTheCloud() throws InterruptedException {
    // Given
    limits =
        new Limits(
            Duration.ofMillis(500),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofSeconds(5));
    start();

    // When
    publishStart(commandId("c-1"));

    // Then
    awaitState(task, AgentTask.State.FAILED);
    assertThat(reader.events(task))
        .filteredOn(AgentFailed.class::isInstance)
        .extracting(event -> ((AgentFailed) event).failure().code())
        .containsExactly("agent_never_joined");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(cloud.active()).doesNotContain(task.value()));
  }

  @Test
  void refusedParametersFailWithTheCloudsCode() throws InterruptedException {
    // Given
    start();
    publishStart(commandId("c-1"));
    awaitState(task, AgentTask.State.DISPATCHED);

    // When
    publish(
        new AgentErrorReported(
            APP,
            room,
            System.currentTimeMillis(),
            task,
            AGENT,
            0,
            "preParamCheck",
            1_003_001,
            "requested resource not granted"));

    // Then
    awaitState(task, AgentTask.State.FAILED);
    assertThat(reader.state(task).orElseThrow().failure())
        .satisfies(failure -> assertThat(failure.cloudCode()).isEqualTo("1003001"));
  }

  @Test
  void oneRoomInOrderAndNeverOverlappingRoomsConcurrently() throws InterruptedException {
    // Given
    cloud.latency(Duration.ofMillis(100));
    start();
    List<TaskId> tasks = new ArrayList<>();

    // When
    for (int i = 0; i < 40; i++) {
      RoomId each = new RoomId(room + "-" + i);
      TaskId of = new TaskId(task + "-" + i);
      tasks.add(of);
      Instant now = Instant.now();
      publish(Samples.start(each, of, "c-start-" + of, now));
      publish(Samples.say(each, of, "c-say-1-" + of, "one", now));
      publish(Samples.interrupt(each, of, "c-interrupt-" + of, now));
      publish(Samples.say(each, of, "c-say-2-" + of, "two", now));
      publish(Samples.stop(each, of, "c-stop-" + of, now));
    }

    // Then
    for (TaskId of : tasks) {
      awaitState(of, AgentTask.State.STOPPED);
      assertThat(cloud.calls())
          .filteredOn(call -> call.task().equals(of.value()))
          .extracting(call -> call.action() + call.command())
          .containsExactly(
              "START",
              "UPDATEExternalTextToSpeech",
              "UPDATEinterrupt",
              "UPDATEExternalTextToSpeech",
              "STOP");
    }
    assertThat(cloud.overlapped()).isFalse();
    assertThat(cloud.mostInFlight()).isGreaterThan(5);
    assertThat(cloud.active()).isEmpty();
  }

  @Test
  void commandsDeliveredAgainDoNothing() throws InterruptedException {
    // Given
    start();
    Instant now = Instant.now();

    // When
    for (int i = 0; i < 3; i++) {
      publish(Samples.start(room, task, commandId("c-1"), now));
      publish(Samples.say(room, task, commandId("c-2"), "hello", now));
    }
    publish(Samples.stop(room, task, commandId("c-3"), now));
    publish(Samples.say(room, task, commandId("c-2"), "hello", now));
    publish(Samples.stop(room, task, commandId("c-3"), now));
    publish(Samples.interrupt(room, task, commandId("c-last"), now));

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.eventTypes(task))
                    .containsExactly(
                        AgentRequested.class,
                        AgentDispatched.class,
                        AgentCommandCompleted.class,
                        AgentStopping.class,
                        AgentStopped.class,
                        AgentCommandRefused.class));
    assertThat(actions(task)).containsExactly(Action.START, Action.UPDATE, Action.STOP);
  }

  @Test
  void aStopIsRepeatedUntilTheCloudConfirms() throws InterruptedException {
    // Given
    start();
    running();
    AtomicInteger stops = new AtomicInteger();
    cloud.answering(
        call ->
            call.action() == Action.STOP
                    && call.task().equals(task.value())
                    && stops.incrementAndGet() <= 7
                ? new CloudProblem.Unavailable("http_502", null)
                : null);

    // When
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(stops).hasValue(8);
    assertThat(reader.events(task)).filteredOn(AgentStopped.class::isInstance).hasSize(1);
  }

  @Test
  void aPoisonedRecordIsKeptAndTheNextOneIsWorkedOn() throws InterruptedException {
    // Given
    start();
    String key = APP + ":" + room;
    int partition = RoomPartitioner.partition(key, Topic.PARTITIONS);

    // When
    long offset = publishRaw(Topic.AGENT_COMMANDS, key, "{not json");
    publishStart(commandId("c-1"));

    // Then
    awaitState(task, AgentTask.State.DISPATCHED);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.all())
                    .map(Read::data)
                    .filteredOn(BadRow.class::isInstance)
                    .map(BadRow.class::cast)
                    .anySatisfy(
                        row -> {
                          assertThat(row.code()).isEqualTo("header_missing");
                          assertThat(row.source()).isEqualTo(BadRow.Source.TOPIC);
                          assertThat(new String(row.raw().toArray(), UTF_8)).isEqualTo("{not json");
                          assertThat(row.origin())
                              .containsEntry("topic", "rtc.agent.commands")
                              .containsEntry("partition", Integer.toString(partition))
                              .containsEntry("offset", Long.toString(offset))
                              .containsEntry("key", key);
                        }));
  }

  @Test
  void aStartWhoseAnswerIsLostIsSettledByAskingAgain() throws InterruptedException {
    // Given
    Map<String, Integer> starts = new HashMap<>();
    cloud.answering(
        call ->
            call.action() == Action.START && starts.merge(call.task(), 1, Integer::sum) == 1
                ? new CloudProblem.OutcomeUnknown("no_answer", null)
                : (CloudOutcome) null);
    start();

    // When
    publishStart(commandId("c-1"));

    // Then
    awaitState(task, AgentTask.State.DISPATCHED);
    assertThat(actions(task)).containsExactly(Action.START, Action.START);
    assertThat(cloud.startsOf(task.value())).isEqualTo(1);
  }

  @Test
  void fiveHundredCallsAreInFlightInOneWorker() throws InterruptedException {
    // Given
    cloud.latency(Duration.ofMillis(300));
    quotaPerSecond = 120_000;
    start();
    int rooms = 1_500;

    // When
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < rooms; i++) {
      sent.add(
          send(
              "/parley/test",
              Samples.start(
                  new RoomId(room + "-" + i),
                  new TaskId(task + "-" + i),
                  commandId("c-" + i),
                  Instant.now()),
              UUID.randomUUID().toString()));
    }
    for (Future<RecordMetadata> each : sent) {
      acknowledged(each);
    }

    // Then
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(cloud.active()).hasSize(rooms));
    assertThat(cloud.mostInFlight()).isGreaterThanOrEqualTo(500);
    assertThat(cloud.calls()).hasSize(rooms);
  }

  @Test
  void anEndedTaskIsForgottenWithATombstone() throws InterruptedException {
    // Given
    memory = Duration.ofSeconds(1);
    start();
    running();
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));
    awaitState(task, AgentTask.State.STOPPED);

    // When / Then
    String key = APP + ":" + room + ":" + task;
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.all())
                    .filteredOn(read -> key.equals(read.record().key()))
                    .last()
                    .satisfies(
                        read -> {
                          assertThat(read.record().topic()).isEqualTo("rtc.agent.tasks");
                          assertThat(read.record().value()).isNull();
                          assertThat(read.record().partition())
                              .isEqualTo(
                                  RoomPartitioner.partition(
                                      new RoomKey(APP, room).toString(), Topic.PARTITIONS));
                        }));
  }

  @Test
  void anAgentThatIsGoneTellsWhatItUsed() throws InterruptedException {
    // Given
    start();
    running();

    // When
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    AgentTask last = reader.state(task).orElseThrow();
    long from = requireNonNull(last.runningTimeMillis());
    long until = requireNonNull(last.endedTimeMillis());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.events(task))
                    .filteredOn(AgentUsageMeasured.class::isInstance)
                    .singleElement()
                    .isEqualTo(
                        new AgentUsageMeasured(
                            APP, room, until, task, "assistant", from, until - from)));
  }

  @Test
  void aStopThatTheCloudDoesNotConfirmIsAskedForWithoutEndAndCounted() throws InterruptedException {
    // Given: a cloud that does not stop anything, for longer than callers are kept waiting
    limits =
        new Limits(
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMillis(200),
            Duration.ofSeconds(5));
    maxStopRetry = Duration.ofMillis(10);
    AtomicInteger stops = new AtomicInteger();
    AtomicBoolean deaf = new AtomicBoolean(true);
    api =
        request ->
            request.action() == Action.STOP && deaf.get() ? refused(stops) : cloud.call(request);
    start();
    running();

    // When
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));

    // Then
    awaitState(task, AgentTask.State.FAILED);
    assertThat(reader.state(task).orElseThrow().failure())
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("stop_unconfirmed"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stops).hasValueGreaterThan(60));
    assertThat(cloud.active()).contains(task.value());
    assertThat(unconfirmed()).isEqualTo(1);

    // When
    deaf.set(false);

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(cloud.active()).doesNotContain(task.value()));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(unconfirmed()).isZero());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.state(task).orElseThrow().cleanUpSinceTimeMillis()).isNull());
  }

  private static CloudOutcome refused(AtomicInteger count) {
    count.incrementAndGet();
    return new CloudProblem.Unavailable("http_502", null);
  }

  private double unconfirmed() {
    return metrics.get("parley.agent.stops.unconfirmed").gauge().value();
  }

  @Test
  void aCallThatTheCloudRefusesIsLoggedOnceWithEveryKey() throws InterruptedException {
    // Given
    start();
    running();
    cloud.answering(
        call ->
            call.action() == Action.UPDATE && call.task().equals(task.value())
                ? new CloudProblem.Rejected("InvalidParameter", "req-7")
                : null);

    // When
    List<String> logged;
    try (LogCapture log = LogCapture.of("dev.parley.agent")) {
      publish(Samples.interrupt(room, task, commandId("c-refused"), Instant.now()));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(reader.eventTypes(task)).contains(AgentCommandRefused.class));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(log.linesWith(commandId("c-refused"))).isNotEmpty());
      logged = log.linesWith(commandId("c-refused"));
    }

    // Then
    assertThat(logged)
        .singleElement()
        .asString()
        .contains(
            "errorCode=InvalidParameter",
            "requestId=req-7",
            "appId=" + APP,
            "roomId=" + room,
            "taskId=" + task,
            "commandId=c-refused");
  }

  @Test
  void aStartThatTheCloudRefusesIsLoggedOnceWithEveryKey() throws InterruptedException {
    // Given
    start();
    cloud.answering(
        call ->
            call.action() == Action.START && call.task().equals(task.value())
                ? new CloudProblem.Rejected("AccessDenied", "req-8")
                : null);

    // When
    List<String> logged;
    try (LogCapture log = LogCapture.of("dev.parley.agent")) {
      publishStart(commandId("c-1"));
      awaitState(task, AgentTask.State.FAILED);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(log.linesWith("AccessDenied")).isNotEmpty());
      logged = log.linesWith("AccessDenied");
    }

    // Then
    assertThat(logged)
        .singleElement()
        .asString()
        .contains(
            "errorCode=cloud_rejected",
            "cloudCode=AccessDenied",
            "requestId=req-8",
            "appId=" + APP,
            "roomId=" + room,
            "taskId=" + task,
            "commandId=c-1");
  }
}
