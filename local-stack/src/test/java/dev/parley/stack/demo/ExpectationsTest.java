package dev.parley.stack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Failure;
import dev.parley.events.InterruptMode;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.StopReason;
import dev.parley.events.TokenEvent.TokenIssued;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.stack.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExpectationsTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("demo-1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final UserId AGENT = new UserId("agent-1");
  private static final TaskId TASK = new TaskId("t-1");
  private static final CommandId COMMAND = new CommandId("c-1");
  private static final long AT = 1_750_000_000_000L;

  private static final TokenIssued TOKEN =
      new TokenIssued(APP, "demo-1", AT, "r-1", "alice", ALICE, List.of("publish"), AT, null, null);
  private static final RoomEvent.UserJoined BOB_JOINED =
      new RoomEvent.UserJoined(APP, ROOM, AT, Evidence.CLOUD, BOB);
  private static final RoomEvent.UserLeft AGENT_LEFT =
      new RoomEvent.UserLeft(APP, ROOM, AT, Evidence.CLOUD, AGENT, LeaveReason.QUIT);
  private static final RoomState OPEN =
      new RoomState(APP, ROOM, AT, true, AT, List.of(), List.of());
  private static final RoomState OVER =
      new RoomState(APP, ROOM, AT, false, AT, List.of(), List.of());
  private static final AgentTask STOPPED_TASK = task(AgentTask.State.STOPPED);
  private static final AgentEvent.AgentUsageMeasured USED =
      new AgentEvent.AgentUsageMeasured(APP, ROOM, AT, TASK, "assistant", AT, 16_000);
  private static final AgentEvent.AgentStopped STOPPED =
      new AgentEvent.AgentStopped(APP, ROOM, AT, TASK, StopReason.REQUESTED, 16_000);
  private static final AgentRound WEATHER_ROUND = round(2);
  private static final AgentCommand STOP =
      new AgentCommand.StopAgent(APP, ROOM, AT, TASK, COMMAND, "alice", AT, StopReason.REQUESTED);
  private static final RoomMessage MESSAGE =
      new RoomMessage(APP, ROOM, AT, AGENT, null, "subv", Bytes.of(new byte[] {1}), null);
  private static final Transcript QUESTION =
      new Transcript(
          APP,
          ROOM,
          AT,
          ALICE,
          Transcript.Speaker.USER,
          "What is the weather like in Shanghai?",
          "en",
          2L,
          1,
          true,
          true);

  private static final List<Payload> WHOLE_CALL =
      List.of(
          TOKEN,
          new TokenIssued(APP, "demo-1", AT, "r-2", "bob", BOB, List.of("publish"), AT, null, null),
          new RoomEvent.RoomOpened(APP, ROOM, AT, Evidence.CLOUD),
          OPEN,
          BOB_JOINED,
          new RoomEvent.UserJoined(APP, ROOM, AT, Evidence.CLOUD, ALICE),
          new RoomEvent.CaptureStarted(APP, ROOM, AT, Evidence.CLIENT, ALICE, MediaType.AUDIO),
          new RoomEvent.StreamPublished(
              APP, ROOM, AT, Evidence.CLIENT, ALICE, MediaType.AUDIO, false),
          new AgentCommand.StartAgent(
              APP, ROOM, AT, TASK, COMMAND, "alice", AT, "assistant", AGENT, ALICE, null, null),
          new AgentEvent.AgentRequested(
              APP, ROOM, AT, TASK, COMMAND, "assistant", AGENT, ALICE, "alice"),
          new AgentEvent.AgentDispatched(APP, ROOM, AT, TASK, "r-3"),
          new RoomEvent.UserJoined(APP, ROOM, AT, Evidence.CLOUD, AGENT),
          new AgentEvent.AgentRunning(APP, ROOM, AT, TASK, AgentEvent.RunningEvidence.AGENT_JOINED),
          task(AgentTask.State.RUNNING),
          MESSAGE,
          round(0),
          new AgentCommand.InterruptAgent(APP, ROOM, AT, TASK, COMMAND, "alice", AT),
          new AgentStageChanged(APP, ROOM, AT, TASK, AGENT, 1, Stage.INTERRUPTED),
          round(1),
          QUESTION,
          new ToolCall(APP, ROOM, AT, TASK, AGENT, "call-1", "get_current_weather", "{}"),
          new AgentCommand.ReturnToolResult(
              APP, ROOM, AT, TASK, COMMAND, "alice", AT, "call-1", "sunny"),
          WEATHER_ROUND,
          new AgentCommand.SayText(
              APP, ROOM, AT, TASK, COMMAND, "alice", AT, "Goodbye!", InterruptMode.HIGH),
          STOP,
          AGENT_LEFT,
          STOPPED,
          USED,
          STOPPED_TASK,
          new RoomEvent.UserLeft(APP, ROOM, AT, Evidence.CLOUD, ALICE, LeaveReason.QUIT),
          new RoomEvent.UserLeft(APP, ROOM, AT, Evidence.CLOUD, BOB, LeaveReason.QUIT),
          new RoomEvent.RoomClosed(APP, ROOM, AT, Evidence.INFERRED, CloseReason.EMPTY),
          OVER);

  private record Verdict(boolean holds, List<String> unmet) {}

  @Test
  void aWholeCallMeetsAll() {
    assertThat(judge(WHOLE_CALL)).isEqualTo(new Verdict(true, List.of()));
  }

  @Test
  void theRoundOfTheGoodbyeMayHaveSettledAlready() {
    // Given
    List<Payload> call = new ArrayList<>(WHOLE_CALL);
    call.add(round(3));

    // When, Then
    assertThat(judge(call)).isEqualTo(new Verdict(true, List.of()));
  }

  @ParameterizedTest
  @MethodSource
  void aMissingFactIsNamed(Payload missing, List<String> named) {
    // Given
    List<Payload> call = new ArrayList<>(WHOLE_CALL);
    call.remove(missing);

    // When
    Verdict verdict = judge(call);

    // Then
    assertThat(verdict).isEqualTo(new Verdict(false, named));
  }

  static Stream<Arguments> aMissingFactIsNamed() {
    return Stream.of(
        Arguments.of(TOKEN, List.of("access tokens issued: 1, expected 2")),
        Arguments.of(
            BOB_JOINED,
            List.of(
                "bob joined: 0, expected 1",
                "users joined in all, the agent among them: 2, expected 3")),
        Arguments.of(AGENT_LEFT, List.of("agent left: 0, expected 1")),
        Arguments.of(OVER, List.of("room closed, by its last state: 0, expected 1")),
        Arguments.of(
            STOPPED_TASK, List.of("agent stopped, by its task's last state: 0, expected 1")),
        Arguments.of(STOPPED, List.of("agent stopped: 0, expected 1")),
        Arguments.of(USED, List.of("agent's use measured: 0, expected 1")),
        Arguments.of(WEATHER_ROUND, List.of("rounds of welcome, story and weather: 2, expected 3")),
        Arguments.of(
            STOP, List.of("commands: start, interrupt, tool result, say, stop: 4, expected 5")),
        Arguments.of(MESSAGE, List.of("binary messages kept: 0, expected at least 1")),
        Arguments.of(QUESTION, List.of("alice's question transcribed: 0, expected 1")));
  }

  @ParameterizedTest
  @MethodSource
  void oneFactTooManyIsNamed(Payload tooMuch, String named) {
    // Given
    List<Payload> call = new ArrayList<>(WHOLE_CALL);
    call.add(tooMuch);

    // When
    Verdict verdict = judge(call);

    // Then
    assertThat(verdict).isEqualTo(new Verdict(false, List.of(named)));
  }

  static Stream<Arguments> oneFactTooManyIsNamed() {
    return Stream.of(
        Arguments.of(
            new BadRow(
                null,
                null,
                AT,
                BadRow.Source.WEBHOOK,
                "signature_mismatch",
                "The signature does not fit.",
                Bytes.of(new byte[] {1}),
                false,
                Map.of()),
            "bad rows of this room or of none: 1, expected 0"),
        Arguments.of(
            new AgentEvent.AgentFailed(
                APP,
                ROOM,
                AT,
                TASK,
                new Failure("agent_never_joined", "It never joined.", "", null, null)),
            "agents failed: 1, expected 0"),
        Arguments.of(WEATHER_ROUND, "rounds of welcome, story and weather: 4, expected 3"),
        Arguments.of(OPEN, "room closed, by its last state: 0, expected 1"),
        Arguments.of(
            task(AgentTask.State.STOPPING),
            "agent stopped, by its task's last state: 0, expected 1"));
  }

  private static Verdict judge(List<Payload> payloads) {
    Findings findings = new Findings();
    new Expectations(payloads).judge(findings);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean holds =
        findings.print(Console.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8)));
    return new Verdict(
        holds,
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("✗"))
            .map(line -> line.replace("✗", "").strip())
            .toList());
  }

  private static AgentRound round(long id) {
    return new AgentRound(APP, ROOM, AT, TASK, id, null, null, null, null, null, false);
  }

  private static AgentTask task(AgentTask.State state) {
    return new AgentTask(
        APP,
        ROOM,
        AT,
        TASK,
        state,
        "assistant",
        AGENT,
        ALICE,
        COMMAND,
        AT,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
