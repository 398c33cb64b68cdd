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
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.agent.cloud.VoiceChatApi;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.TestConfig;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.StartBodies;
import dev.parley.agent.scene.ToolWaiting;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.EmbeddedKafka;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A worker with a real broker and a cloud in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WorkerHarness {
  static final Duration PATIENCE = Duration.ofSeconds(40);
  static final Limits PATIENT =
      new Limits(
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5));

  private Path data;
  private EmbeddedKafka kafka;
  KafkaProducer<String, Envelope<?>> producer;
  WorkerOutput reader;

  final List<CommandLoop> loops = new ArrayList<>();
  SimpleMeterRegistry metrics;
  FakeVoiceChatApi cloud;
  VoiceChatApi api;
  Journal journal;
  Clock clock = Clock.systemUTC();
  Limits limits = PATIENT;
  Duration commitInterval = Duration.ofMillis(50);
  Duration drain = Duration.ofSeconds(10);
  Duration memory = Duration.ofHours(24);
  int quotaPerSecond = 12_000;
  Optional<ToolWaiting> toolWaiting = Optional.empty();
  Duration targetLeftGrace = Duration.ofSeconds(10);
  Duration targetJoinGrace = Duration.ofSeconds(60);
  Duration silence = Duration.ofMinutes(30);
  Duration maxStopRetry = Duration.ofMillis(500);
  RoomId room;
  TaskId task;

  @BeforeAll
  void startKafka(@TempDir Path folder) {
    data = folder;
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
    reader = new WorkerOutput(kafka.bootstrapServers());
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Stops the broker and starts it again with what it had, where it was. */
  void restartKafka() {
    restartKafka(() -> true);
  }

  /**
   * Stops the broker and starts it again with what it had, where it was.
   *
   * @param when it may come back
   */
  void restartKafka(Callable<Boolean> when) {
    String address = kafka.bootstrapServers();
    kafka.close();
    await().atMost(PATIENCE).until(when);
    kafka =
        EmbeddedKafka.start(
            data, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
  }

  @AfterAll
  void stopKafka() throws InterruptedException {
    reader.stop();
    producer.close(Duration.ofSeconds(5));
    kafka.close();
  }

  @BeforeEach
  void newRoom() {
    clock = Clock.systemUTC();
    cloud = new FakeVoiceChatApi();
    metrics = new SimpleMeterRegistry();
    api = cloud;
    journal = new KafkaJournal();
    String unique = UUID.randomUUID().toString();
    room = new RoomId("r-" + unique);
    task = new TaskId("t-" + unique);
    limits = PATIENT;
    targetLeftGrace = Duration.ofSeconds(10);
    targetJoinGrace = Duration.ofSeconds(60);
    silence = Duration.ofMinutes(30);
    maxStopRetry = Duration.ofMillis(500);
    commitInterval = Duration.ofMillis(50);
    drain = Duration.ofSeconds(10);
    memory = Duration.ofHours(24);
    quotaPerSecond = 12_000;
    toolWaiting = Optional.empty();
  }

  void left(LeaveReason reason) throws InterruptedException {
    publish(new UserLeft(APP, room, System.currentTimeMillis(), Evidence.CLOUD, TARGET, reason));
  }

  void joined() throws InterruptedException {
    publish(new UserJoined(APP, room, System.currentTimeMillis(), Evidence.CLOUD, TARGET));
  }

  @AfterEach
  void stopLoops() {
    loops.forEach(CommandLoop::close);
    loops.clear();
  }

  CommandLoop start() {
    CommandLoop loop = notStarted();
    loop.start();
    await().atMost(PATIENCE).until(loop::settled);
    return loop;
  }

  WorkerSettings settings() {
    return new WorkerSettings(
        getClass().getSimpleName(),
        1000,
        Duration.ofMillis(50),
        commitInterval,
        drain,
        Duration.ofSeconds(6),
        quotaPerSecond,
        Duration.ofSeconds(30),
        Duration.ofMillis(100),
        maxStopRetry,
        memory,
        100_000,
        Duration.ofSeconds(180));
  }

  CommandLoop notStarted() {
    AgentControlConfig config = TestConfig.of(TestConfig.oneApp());
    Applications applications =
        new Applications(config.apps(), config.gatewayUrl(), config.roles());
    SceneCatalogue scenes = new SceneCatalogue(Optional.empty());
    CommandLoop loop =
        new CommandLoop(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new RoomTools(
                new AgentControl(limits),
                new Reaper(
                    new Reaper.Rules(
                        targetLeftGrace, targetJoinGrace, Duration.ofHours(4), silence)),
                new CloudCaller(
                    api,
                    appId -> "default",
                    new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), () -> 0.5),
                    3,
                    1000,
                    Duration.ofSeconds(1),
                    clock,
                    Thread::sleep),
                new CloudRequests(
                    applications, new StartBodies(scenes::find, name -> Optional.empty())),
                scene -> toolWaiting,
                scene -> Optional.empty(),
                journal,
                clock,
                metrics,
                settings()));
    loops.add(loop);
    return loop;
  }

  /** Writes as the service does. */
  final class KafkaJournal implements Journal {
    @Override
    public void append(List<Draft> drafts) throws InterruptedException {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Draft draft : drafts) {
        sent.add(send("/parley/agent-control-service", draft.data(), draft.id()));
      }
      for (Future<RecordMetadata> each : sent) {
        RecordMetadata unused = acknowledged(each);
      }
    }

    @Override
    public void erase(AgentTask task) throws InterruptedException {
      RecordMetadata unused =
          acknowledged(
              producer.send(
                  new ProducerRecord<>(Topic.AGENT_TASKS.topicName(), task.recordKey(), null)));
    }
  }

  static RecordMetadata acknowledged(Future<RecordMetadata> sent) throws InterruptedException {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw new KafkaUnavailableException("Kafka did not acknowledge", e.getCause());
    }
  }

  Future<RecordMetadata> send(String source, Payload data, String id) {
    return producer.send(
        EventCodec.toRecord(new Envelope<>(id, source, Instant.now(), null, data)));
  }

  void publish(Payload data) throws InterruptedException {
    acknowledged(send("/parley/test", data, UUID.randomUUID().toString()));
  }

  /** Writes what is no event, where a record of that key belongs; returns its offset. */
  long publishRaw(Topic topic, String key, String value) throws InterruptedException {
    try (KafkaProducer<String, byte[]> raw =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      return acknowledged(
              raw.send(
                  new ProducerRecord<>(
                      topic.topicName(),
                      RoomPartitioner.partition(key, Topic.PARTITIONS),
                      key,
                      value.getBytes(UTF_8))))
          .offset();
    }
  }

  /** Of this test alone: tests share partitions, and each partition carries out an id once. */
  String commandId(String name) {
    return name + "-" + task;
  }

  void publishStart(String commandId) throws InterruptedException {
    publish(Samples.start(room, task, commandId, Instant.now()));
  }

  void publishRunStage(String runStage) throws InterruptedException {
    publish(
        new AgentRunStageReported(APP, room, System.currentTimeMillis(), task, AGENT, 0, runStage));
  }

  void awaitState(TaskId of, AgentTask.State state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.state(of)).map(AgentTask::state).contains(state));
  }

  void running() throws InterruptedException {
    publishStart("c-start-" + task);
    awaitState(task, AgentTask.State.DISPATCHED);
    publishRunStage("taskStart");
    awaitState(task, AgentTask.State.RUNNING);
  }

  List<Action> actions(TaskId of) {
    return cloud.calls().stream()
        .filter(call -> call.task().equals(of.value()))
        .map(Call::action)
        .toList();
  }
}
