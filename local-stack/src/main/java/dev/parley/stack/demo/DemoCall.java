package dev.parley.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.AgentTask;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomState;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.Wiring;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One whole call through the public interfaces: tokens, room, agent, talk, interruption, tool call,
 * stop. Two clients are in the room, so that every fact is reported more than once.
 */
public final class DemoCall {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  static final String ALICE = "alice";
  static final String BOB = "bob";
  private static final String STORY = "Please tell me a long story about the sea.";
  static final long WEATHER_ROUND = 2;
  static final String WEATHER_QUESTION = "What is the weather like in Shanghai?";
  private static final String WEATHER_ANSWER = "sunny, 26 degrees";
  private static final String GOODBYE = "Thank you for calling. Goodbye!";

  private final Ports ports;
  private final Timeline timeline;
  private final TopicReader reader;
  private final String roomId;
  private final Participant alice;
  private final Participant bob;

  private DemoCall(
      Ports ports,
      Timeline timeline,
      TopicReader reader,
      String roomId,
      Participant alice,
      Participant bob) {
    this.ports = ports;
    this.timeline = timeline;
    this.reader = reader;
    this.roomId = roomId;
    this.alice = alice;
    this.bob = bob;
  }

  /**
   * Plays the call and prints timeline, table and findings.
   *
   * @return true when every expected fact is there
   */
  public static boolean play(Ports ports, Console console) {
    String roomId = "demo-" + UUID.randomUUID().toString().substring(0, 8);
    console.line("");
    console.line(console.bold("A call in room " + roomId));
    Instant begin = Instant.now();
    Timeline timeline = new Timeline(console);
    // The reader starts before the first request, so that it misses nothing.
    try (TopicReader reader =
        TopicReader.start(
            "localhost:" + ports.kafka(),
            Wiring.APP_ID + ":" + roomId,
            RoomTimeline.TOPICS,
            timeline::show)) {
      Findings findings = new Findings();
      try {
        timeline.act("alice and bob get tokens for the room");
        DemoCall call =
            new DemoCall(
                ports,
                timeline,
                reader,
                roomId,
                Participant.withToken(ALICE, roomId, ports),
                Participant.withToken(BOB, roomId, ports));
        try (RoomTimeline told =
            RoomTimeline.follow(ports, roomId, call.alice.session(), begin, timeline::show)) {
          call.run();
          told.whole(() -> reader.ids(RoomTimeline.TOPICS), PATIENCE).judge(findings);
        }
        call.noteReports(findings);
      } catch (StackException e) {
        findings.missing("the call came to its end: " + e.getMessage());
      } finally {
        timeline.finish();
      }
      Timeline.printCounts(reader.counts(), console);
      findings.exactly(0, "records that cannot be read", reader.refusals().size());
      new Expectations(reader.all(Payload.class)).judge(findings);
      return findings.print(console);
    }
  }

  private void run() {
    timeline.act("bob joins, then alice, who opens her microphone");
    bob.join();
    alice.join();
    alice.act(Api.object().put("type", "startAudioCapture"));
    alice.act(Api.object().put("type", "publishStream").put("mediaType", 1));
    reader.await(
        RoomEvent.StreamPublished.class,
        stream -> stream.userId().value().equals(ALICE),
        PATIENCE,
        "alice's stream on rtc.room.events");

    timeline.act("alice starts an agent, and her browser sends the request twice");
    String key = UUID.randomUUID().toString();
    JsonNode task = start(key);
    JsonNode again = start(key);
    String taskId = task.path("taskId").asText();
    if (!again.path("taskId").asText().equals(taskId)) {
      throw new StackException("the repeated start made a second task");
    }
    reader.await(
        AgentEvent.AgentRunning.class, running -> true, PATIENCE, "the agent to be running");
    awaitStage(Stage.LISTENING, 1);

    timeline.act("alice asks for a story and interrupts it");
    say(STORY);
    awaitStage(Stage.SPEAKING, 2);
    agent(taskId, "interrupt", Api.object());
    awaitStage(Stage.INTERRUPTED, 1);

    timeline.act(
        "alice asks for the weather: the agent calls a tool, the demo answers as tool worker");
    say(WEATHER_QUESTION);
    ToolCall call = reader.await(ToolCall.class, any -> true, PATIENCE, "the tool call");
    agent(
        taskId,
        "tool-results",
        Api.object().put("toolCallId", call.toolCallId()).put("content", WEATHER_ANSWER));
    reader.await(
        Transcript.class,
        any -> agentHasSaid(WEATHER_ANSWER),
        PATIENCE,
        "the agent to speak the weather");
    awaitStage(Stage.FINISHED, 2);
    reader.await(
        AgentRound.class,
        round -> round.roundId() == WEATHER_ROUND,
        PATIENCE,
        "the weather's round on rtc.agent.rounds");

    timeline.act("the application lets the agent say goodbye");
    agent(taskId, "say", Api.object().put("text", GOODBYE).put("interruptMode", "high"));
    reader.await(
        Transcript.class, any -> agentHasSaid(GOODBYE), PATIENCE, "the agent to say goodbye");
    awaitStage(Stage.FINISHED, 3);

    timeline.act("alice stops the agent, then everybody leaves");
    Api.call(
        "DELETE",
        agentUri("/v1/agents/" + taskId),
        alice.session(),
        Api.JSON.missingNode(),
        Map.of());
    reader.await(AgentEvent.AgentStopped.class, any -> true, PATIENCE, "the agent to be stopped");
    alice.act(Api.object().put("type", "stopAudioCapture"));
    alice.act(Api.object().put("type", "unpublishStream").put("mediaType", 1));
    reader.await(
        RoomEvent.StreamUnpublished.class,
        stream -> stream.userId().value().equals(ALICE),
        PATIENCE,
        "alice's stream to end on rtc.room.events");
    alice.leave();
    reader.await(
        RoomEvent.UserLeft.class,
        left -> left.userId().value().equals(ALICE),
        PATIENCE,
        "alice to have left on rtc.room.events");
    bob.leave();
    reader.await(RoomEvent.RoomClosed.class, any -> true, PATIENCE, "the room to be closed");
    awaitLastStates();
  }

  // They are told beside the events, by other transactions: the last event says nothing about them.
  private void awaitLastStates() {
    reader.await(
        AgentEvent.AgentUsageMeasured.class, any -> true, PATIENCE, "the agent's use to be told");
    reader.await(
        AgentTask.class,
        task -> task.state() == AgentTask.State.STOPPED,
        PATIENCE,
        "the task to be stopped on rtc.agent.tasks");
    reader.await(
        RoomState.class, room -> !room.open(), PATIENCE, "the room to be over on rtc.rooms");
  }

  private JsonNode start(String idempotencyKey) {
    return Api.call(
            "POST",
            agentUri("/v1/rooms/" + roomId + "/agents"),
            alice.session(),
            Api.object().put("scene", "assistant").put("agentUserId", agentUserId()),
            Map.of("Idempotency-Key", idempotencyKey))
        .body();
  }

  // Unique over all rooms of the application, as the cloud demands.
  private String agentUserId() {
    return roomId.replace("demo", "agent");
  }

  private void agent(String taskId, String what, JsonNode body) {
    Api.call(
        "POST", agentUri("/v1/agents/" + taskId + "/" + what), alice.session(), body, Map.of());
  }

  private URI agentUri(String path) {
    return URI.create("http://localhost:" + ports.agentControl() + path);
  }

  private void say(String text) {
    alice.act(Api.object().put("type", "say").put("text", text));
  }

  private boolean agentHasSaid(String words) {
    return Speech.sentences(reader.all(Transcript.class)).stream()
        .filter(sentence -> sentence.last().speaker() == Transcript.Speaker.AGENT)
        .map(Speech.Sentence::text)
        .collect(Collectors.joining(" "))
        .contains(words);
  }

  private void awaitStage(Stage stage, int times) {
    reader.await(
        AgentStageChanged.class,
        changed ->
            changed.stage() == stage
                && reader.all(AgentStageChanged.class).stream()
                        .filter(each -> each.stage() == stage)
                        .count()
                    >= times,
        PATIENCE,
        "the agent to be " + stage);
  }

  private void noteReports(Findings findings) {
    findings.exactly(
        0, "SDK events not acknowledged", alice.unacknowledged() + bob.unacknowledged());
    findings.note(
        alice.reported()
            + bob.reported()
            + " reports of two clients and the cloud's callbacks became "
            + reader.all(RoomEvent.class).size()
            + " room facts, each told once.");
  }
}
