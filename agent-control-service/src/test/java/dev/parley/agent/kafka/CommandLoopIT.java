package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.TARGET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.AgentControl;
import dev.parley.agent.Limits;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.TestConfig;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.StartBodies;
import dev.parley.events.AgentEvent;
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
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.StopReason;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.EmbeddedKafka;
import dev.parley.kit.kafka.EventPublisher.Draft;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The worker with a real broker and a cloud in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLoopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Limits PATIENT =
      new Limits(
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5));

  private EmbeddedKafka kafka;
  private KafkaProducer<String, Envelope<?>> producer;
  private Reader reader;

  private final List<CommandLoop> loops = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private FakeVoiceChatApi cloud;
  private Limits limits = PATIENT;
  private Duration targetLeftGrace = Duration.ofSeconds(10);
  private RoomId room;
  private TaskId task;

  /** What a record said, and where it stood. */
  private record Read(ConsumerRecord<String, byte[]> record, @Nullable Envelope<?> envelope) {
    @Nullable Payload data() {
      return envelope == null ? null : envelope.data();
    }
  }

  /** Reads everything that the worker writes. */
  private static final class Reader {
    private final List<Read> all = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopping;

    Reader(String bootstrapServers) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try (KafkaConsumer<String, byte[]> consumer =
                        new KafkaConsumer<>(
                            Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "auto.offset.reset",
                                "earliest"),
                            new StringDeserializer(),
                            new ByteArrayDeserializer())) {
                      List<TopicPartition> partitions = new ArrayList<>();
                      for (Topic topic :
                          List.of(Topic.AGENT_EVENTS, Topic.AGENT_TASKS, Topic.BAD_ROWS)) {
                        IntStream.range(0, Topic.PARTITIONS)
                            .forEach(
                                number ->
                                    partitions.add(new TopicPartition(topic.topicName(), number)));
                      }
                      consumer.assign(partitions);
                      while (!stopping) {
                        consumer
                            .poll(Duration.ofMillis(50))
                            .forEach(
                                record ->
                                    all.add(
                                        new Read(
                                            record,
                                            EventCodec.decode(record.headers(), record.value())
                                                    instanceof Decoded.Event event
                                                ? event.envelope()
                                                : null)));
                      }
                    }
                  });
    }

    List<AgentEvent> events(TaskId task) {
      return all.stream()
          .map(Read::data)
          .filter(AgentEvent.class::isInstance)
          .map(AgentEvent.class::cast)
          .filter(event -> task.equals(event.taskId()))
          .toList();
    }

    List<Class<?>> eventTypes(TaskId task) {
      return events(task).stream().<Class<?>>map(Object::getClass).toList();
    }

    Optional<AgentTask> state(TaskId task) {
      return all.stream()
          .map(Read::data)
          .filter(AgentTask.class::isInstance)
          .map(AgentTask.class::cast)
          .filter(each -> each.taskId().equals(task))
          .reduce((first, second) -> second);
    }

    void stop() throws InterruptedException {
      stopping = true;
      thread.join(Duration.ofSeconds(5));
    }
  }

  @BeforeAll
  void startKafka(@TempDir Path data) {
    kafka = EmbeddedKafka.start(data);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "acks",
                "all",
                "linger.ms",
                0,
                "partitioner.class",
                RoomPartitioner.class.getName()),
            new StringSerializer(),
            new EnvelopeSerializer());
    reader = new Reader(kafka.bootstrapServers());
  }

  @AfterAll
  void stopKafka() throws InterruptedException {
    reader.stop();
    producer.close(Duration.ofSeconds(5));
    kafka.close();
  }

  @BeforeEach
  void newRoom() {
    cloud = new FakeVoiceChatApi();
    String unique = UUID.randomUUID().toString();
    room = new RoomId("r-" + unique);
    task = new TaskId("t-" + unique);
    limits = PATIENT;
    targetLeftGrace = Duration.ofSeconds(10);
  }

  @AfterEach
  void stopLoops() {
    loops.forEach(CommandLoop::close);
    loops.clear();
  }

  private CommandLoop start() {
    CommandLoop loop = notStarted();
    loop.start();
    await().atMost(PATIENCE).until(loop::settled);
    return loop;
  }

  private CommandLoop notStarted() {
    AgentControlConfig config = TestConfig.of(TestConfig.oneApp());
    Applications applications = new Applications(config.apps(), config.gatewayUrl());
    SceneCatalogue scenes = new SceneCatalogue(Optional.empty());
    WorkerSettings settings =
        new WorkerSettings(
            "it",
            1000,
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofSeconds(10),
            Duration.ofSeconds(6),
            12_000,
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofHours(24),
            Duration.ofSeconds(180));
    CommandLoop loop =
        new CommandLoop(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new RoomTools(
                new AgentControl(limits),
                new Reaper(
                    new Reaper.Rules(targetLeftGrace, Duration.ofHours(4), Duration.ofMinutes(30))),
                new CloudCaller(
                    cloud,
                    appId -> "default",
                    new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), () -> 0.5),
                    3,
                    1000,
                    Duration.ofSeconds(1),
                    Clock.systemUTC(),
                    Thread::sleep),
                new CloudRequests(
                    applications, new StartBodies(scenes::find, name -> Optional.empty())),
                this::append,
                Clock.systemUTC(),
                metrics,
                settings));
    loops.add(loop);
    return loop;
  }

  private void append(List<Draft> drafts) throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Draft draft : drafts) {
      sent.add(send("/parley/agent-control-service", draft.data(), draft.id()));
    }
    for (Future<RecordMetadata> each : sent) {
      acknowledged(each);
    }
  }

  private static RecordMetadata acknowledged(Future<RecordMetadata> sent)
      throws InterruptedException {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Future<RecordMetadata> send(String source, Payload data, String id) {
    return producer.send(
        EventCodec.toRecord(new Envelope<>(id, source, Instant.now(), null, data)));
  }

  private void publish(Payload data) throws InterruptedException {
    acknowledged(send("/parley/test", data, UUID.randomUUID().toString()));
  }

  private void publishStart(String commandId) throws InterruptedException {
    publish(Samples.start(room, task, commandId, Instant.now()));
  }

  private void publishRunStage(String runStage) throws InterruptedException {
    publish(
        new AgentRunStageReported(APP, room, System.currentTimeMillis(), task, AGENT, 0, runStage));
  }

  private void awaitState(TaskId of, AgentTask.State state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.state(of)).map(AgentTask::state).contains(state));
  }

  private void running() throws InterruptedException {
    publishStart("c-start-" + task);
    awaitState(task, AgentTask.State.DISPATCHED);
    publishRunStage("taskStart");
    awaitState(task, AgentTask.State.RUNNING);
  }

  private List<Action> actions(TaskId of) {
    return cloud.calls().stream()
        .filter(call -> call.task().equals(of.value()))
        .map(Call::action)
        .toList();
  }

  @Test
  void anAgentRunsOnlyWhenTheCloudSaysSo() throws InterruptedException {
    // Given
    start();
    publishStart("c-1");
    awaitState(task, AgentTask.State.DISPATCHED);

    // When
    publishRunStage("taskStart");

    // Then
    awaitState(task, AgentTask.State.RUNNING);
    assertThat(reader.eventTypes(task))
        .filteredOn(type -> type != AgentRunStageReported.class)
        .containsExactly(AgentRequested.class, AgentDispatched.class, AgentRunning.class);
    List<Read> records =
        reader.all.stream()
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
    publishStart("c-1");
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
    publishStart("c-1");

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
    publishStart("c-1");
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
      publish(Samples.start(room, task, "c-1", now));
      publish(Samples.say(room, task, "c-2", "hello", now));
    }
    publish(Samples.stop(room, task, "c-3", now));
    publish(Samples.say(room, task, "c-2", "hello", now));
    publish(Samples.stop(room, task, "c-3", now));
    publish(Samples.interrupt(room, task, "c-last", now));

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
  void aWorkerKilledBetweenCallAndAnswerLeavesOneAgent() throws InterruptedException {
    // Given
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch dead = new CountDownLatch(1);
    cloud.answering(
        call -> {
          if (call.task().equals(task.value()) && called.getCount() > 0) {
            called.countDown();
            try {
              dead.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return null;
        });
    CommandLoop first = start();
    publishStart("c-1");
    assertThat(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    // When
    first.crash();
    dead.countDown();
    start();

    // Then
    awaitState(task, AgentTask.State.DISPATCHED);
    assertThat(actions(task)).containsExactly(Action.START, Action.START);
    assertThat(cloud.startsOf(task.value())).isEqualTo(1);
    assertThat(reader.eventTypes(task))
        .containsExactly(AgentRequested.class, AgentDispatched.class);
  }

  @Test
  void theNextWorkerKnowsWhatTheOneBeforeDid() throws InterruptedException {
    // Given
    CommandLoop first = start();
    running();
    publish(Samples.interrupt(room, task, "c-2", Instant.now()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentCommandCompleted.class));
    first.close();

    // When
    start();
    publishStart("c-start-" + task);
    publish(Samples.interrupt(room, task, "c-2", Instant.now()));
    publish(Samples.stop(room, task, "c-3", Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
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
    publish(Samples.stop(room, task, "c-stop", Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(stops).hasValue(8);
    assertThat(reader.events(task)).filteredOn(AgentStopped.class::isInstance).hasSize(1);
  }

  @Test
  void anAgentWhoseUserStaysAwayIsStopped() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(300);
    start();
    running();

    // When
    publish(
        new UserLeft(
            APP, room, System.currentTimeMillis(), Evidence.CLOUD, TARGET, LeaveReason.QUIT));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
    assertThat(cloud.active()).doesNotContain(task.value());
    assertThat(metrics.counter("parley.agent.billed.seconds.avoided").count()).isGreaterThan(100);
  }

  @Test
  void anAgentWhoseUserComesBackInTimeStays() throws InterruptedException {
    // Given
    targetLeftGrace = Duration.ofMillis(800);
    start();
    running();

    // When
    publish(
        new UserLeft(
            APP,
            room,
            System.currentTimeMillis(),
            Evidence.CLOUD,
            TARGET,
            LeaveReason.CONNECTION_LOST));
    publish(new UserJoined(APP, room, System.currentTimeMillis(), Evidence.CLOUD, TARGET));

    // Then
    await()
        .during(Duration.ofSeconds(2))
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.state(task).orElseThrow().state())
                    .isEqualTo(AgentTask.State.RUNNING));
  }

  @Test
  void aWorkerThatTakesOverStopsTheAgentOfAUserWhoIsGone() throws InterruptedException {
    // Given
    CommandLoop first = start();
    running();
    first.close();
    publish(
        new RoomState(
            APP,
            room,
            System.currentTimeMillis(),
            true,
            System.currentTimeMillis(),
            List.of(new RoomState.User(AGENT, System.currentTimeMillis(), List.of(), false, false)),
            List.of()));

    // When
    targetLeftGrace = Duration.ofMillis(300);
    start();

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(reader.state(task).orElseThrow().stopReason()).isEqualTo(StopReason.TARGET_LEFT);
  }

  @Test
  void aPoisonedRecordIsKeptAndTheNextOneIsWorkedOn() throws InterruptedException {
    // Given
    start();
    String key = APP + ":" + room;
    int partition = RoomPartitioner.partition(key, Topic.PARTITIONS);
    long offset;
    try (KafkaProducer<String, byte[]> raw =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      // When
      offset =
          acknowledged(
                  raw.send(
                      new ProducerRecord<>(
                          Topic.AGENT_COMMANDS.topicName(),
                          partition,
                          key,
                          "{not json".getBytes(UTF_8))))
              .offset();
    }
    publishStart("c-1");

    // Then
    awaitState(task, AgentTask.State.DISPATCHED);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.all)
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
  void aToolWorkersAnswerReachesTheAgentOnce() throws InterruptedException {
    // Given
    start();
    running();
    ToolResult result =
        new ToolResult(APP, room, System.currentTimeMillis(), null, "call_1", "sunny");

    // When
    publish(result);
    publish(result);
    publish(Samples.stop(room, task, "c-stop", Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(cloud.calls())
        .filteredOn(call -> call.task().equals(task.value()))
        .extracting(call -> call.action() + call.command())
        .containsExactly("START", "UPDATEfunction", "STOP");
  }

  @Test
  void workersThatComeAndGoLoseDoubleAndReorderNothing() throws InterruptedException {
    // Given
    cloud.latency(Duration.ofMillis(30));
    CommandLoop first = start();
    int rooms = 24;
    List<TaskId> tasks =
        IntStream.range(0, rooms).mapToObj(i -> new TaskId(task + "-" + i)).toList();

    // When: a second worker joins and the first one leaves while commands come in
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < rooms; i++) {
        RoomId each = new RoomId(room + "-" + i);
        TaskId of = tasks.get(i);
        Instant now = Instant.now();
        publish(
            switch (round) {
              case 0 -> Samples.start(each, of, "c-start-" + of, now);
              case 7 -> Samples.stop(each, of, "c-stop-" + of, now);
              default -> Samples.say(each, of, "c-say-" + round + "-" + of, "x" + round, now);
            });
      }
      if (round == 2) {
        notStarted().start();
      }
      if (round == 5) {
        first.close();
      }
    }

    // Then
    for (TaskId of : tasks) {
      awaitState(of, AgentTask.State.STOPPED);
      List<Action> expected = new ArrayList<>();
      expected.add(Action.START);
      IntStream.range(0, 6).forEach(i -> expected.add(Action.UPDATE));
      expected.add(Action.STOP);
      assertThat(actions(of)).isEqualTo(expected);
      assertThat(reader.events(of))
          .filteredOn(AgentCommandCompleted.class::isInstance)
          .extracting(event -> ((AgentCommandCompleted) event).commandId().value())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, 6).mapToObj(i -> "c-say-" + i + "-" + of).toList());
    }
    assertThat(cloud.overlapped()).isFalse();
    assertThat(cloud.active()).isEmpty();
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
    publishStart("c-1");

    // Then
    awaitState(task, AgentTask.State.DISPATCHED);
    assertThat(actions(task)).containsExactly(Action.START, Action.START);
    assertThat(cloud.startsOf(task.value())).isEqualTo(1);
  }
}
