package dev.parley.room;

import static dev.parley.room.Rooms.AGENT;
import static dev.parley.room.Rooms.ALICE;
import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;
import static dev.parley.room.Rooms.binary;
import static dev.parley.room.Rooms.callback;
import static dev.parley.room.Rooms.conv;
import static dev.parley.room.Rooms.frame;
import static dev.parley.room.Rooms.opened;
import static dev.parley.room.Rooms.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.Direction;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.events.Transcript.Speaker;
import dev.parley.events.id.TaskId;
import dev.parley.room.Rooms.Run;
import org.junit.jupiter.api.Test;

/** Messages, and what follows from them about agents. */
class RoomReducerMessageTest {
  private final Run run = new Run();

  @Test
  void oneStateSeenByManyAndByCallbackIsOneMessageAndOneStage() {
    // Given
    Bytes frame = conv(2, T0 + 1_000, 3);

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(binary("alice", 1, T0 + 1_010, Direction.ROOM_RECEIVED, "agent-1", frame), T0 + 1_010)
        .see(binary("bob", 1, T0 + 1_090, Direction.ROOM_RECEIVED, "agent-1", frame), T0 + 1_090)
        .see(callback("task-1", T0 + 200_000, frame), T0 + 200_000);

    // Then
    assertThat(run.told(RoomMessage.class)).hasSize(1);
    assertThat(run.told(AgentStageChanged.class))
        .containsExactly(
            new AgentStageChanged(
                APP, ROOM, T0 + 1_000, new TaskId("task-1"), AGENT, 2, Stage.SPEAKING));
    assertThat(run.told(RoomState.class))
        .last()
        .satisfies(
            state ->
                assertThat(state.agents())
                    .containsExactly(
                        new RoomState.Agent(AGENT, new TaskId("task-1"), Stage.SPEAKING)));
  }

  @Test
  void subtitlesAreToldOnceWithTheirSpeaker() {
    // Given
    Bytes frame =
        frame(
            "subv",
            "{'type':'subtitle','data':[{'text':'hello','language':'en','userId':'alice','sequence':1,'definite':true,'paragraph':false,'roundId':1,'mode':1},"
                + "{'text':'','userId':'agent-1','sequence':9,'definite':true,'paragraph':true,'roundId':1,'mode':0}]}");

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(binary("alice", 1, T0 + 10, Direction.ROOM_RECEIVED, "agent-1", frame), T0 + 10)
        .see(callback("task-1", T0 + 900, frame), T0 + 900);

    // Then
    assertThat(run.told(Transcript.class))
        .containsExactly(
            new Transcript(
                APP, ROOM, T0 + 10, ALICE, Speaker.USER, "hello", "en", 1L, 1, true, false),
            new Transcript(APP, ROOM, T0 + 10, AGENT, Speaker.AGENT, "", null, 1L, 9, true, true));
    assertThat(run.told(RoomMessage.class)).hasSize(1);
  }

  private static Bytes said(String user, long sequence, String text, boolean ends) {
    return frame(
        "subv",
        "{'type':'subtitle','data':[{'text':'%s','userId':'%s','sequence':%d,'definite':%b,'paragraph':%b,'roundId':1}]}"
            .formatted(text, user, sequence, ends, ends));
  }

  @Test
  void inTheFastModeEachAdditionIsToldOnceAlsoWhereItsWordsRepeat() {
    // Given: the user's words replace those before, the agent's are added; it ends with none
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(heard("alice", 1, T0 + 10, said("alice", 1, "Laugh", false)), T0 + 10)
        .see(heard("alice", 2, T0 + 20, said("alice", 2, "Laugh!", true)), T0 + 20)
        .see(heard("alice", 3, T0 + 30, said("agent-1", 3, "Ha", false)), T0 + 30);

    // When: a callback brings an addition before the clients bring the one that it follows
    run.see(callback("task-1", T0 + 40, said("agent-1", 5, " ha", false)), T0 + 40)
        .see(heard("alice", 4, T0 + 50, said("agent-1", 4, " ha", false)), T0 + 50)
        .see(heard("alice", 5, T0 + 60, said("agent-1", 5, " ha", false)), T0 + 60)
        .see(heard("bob", 1, T0 + 70, said("agent-1", 4, " ha", false)), T0 + 70)
        .see(heard("alice", 6, T0 + 80, said("agent-1", 6, "", true)), T0 + 80)
        .see(heard("bob", 2, T0 + 90, said("agent-1", 6, "", true)), T0 + 90);

    // Then
    assertThat(run.told(Transcript.class))
        .extracting(
            Transcript::speaker,
            Transcript::sequence,
            Transcript::text,
            Transcript::definite,
            Transcript::paragraph)
        .containsExactly(
            tuple(Speaker.USER, 1L, "Laugh", false, false),
            tuple(Speaker.USER, 2L, "Laugh!", true, true),
            tuple(Speaker.AGENT, 3L, "Ha", false, false),
            tuple(Speaker.AGENT, 5L, " ha", false, false),
            tuple(Speaker.AGENT, 4L, " ha", false, false),
            tuple(Speaker.AGENT, 6L, "", true, true));
  }

  private static BinaryMessageReported heard(String by, long sequence, long at, Bytes frame) {
    return binary(by, sequence, at, Direction.ROOM_RECEIVED, "agent-1", frame);
  }

  @Test
  void whatTwoAgentsCallByOneIdIsToldOnce() {
    // Given
    String call =
        "{'subscriber_user_id':'','tool_calls':[{'id':'call_1','type':'function','function':{'name':'%s','arguments':'{}'}}]}";

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            binary(
                "alice",
                1,
                T0 + 10,
                Direction.USER_RECEIVED,
                "agent-1",
                frame("tool", call.formatted("weather"))),
            T0 + 10)
        .see(
            binary(
                "alice",
                2,
                T0 + 20,
                Direction.USER_RECEIVED,
                "agent-2",
                frame("tool", call.formatted("time"))),
            T0 + 20);

    // Then: a source that knows no agent could not say which of the two it brings
    assertThat(run.told(ToolCall.class))
        .containsExactly(new ToolCall(APP, ROOM, T0 + 10, null, AGENT, "call_1", "weather", "{}"));
  }

  @Test
  void aToolCallByFrameAndByCallbackIsOne() {
    // Given
    String calls =
        "[{'id':'call_1','type':'function','function':{'name':'weather','arguments':'{}'}},"
            + "{'id':'call_2','type':'function','function':{'name':'time','arguments':'{}'}}]";

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            binary(
                "alice",
                1,
                T0 + 10,
                Direction.USER_RECEIVED,
                "agent-1",
                frame("tool", "{'subscriber_user_id':'','tool_calls':" + calls + "}")),
            T0 + 10)
        .see(
            new FunctionCallbackReceived(
                APP, ROOM, T0 + 20, new TaskId("task-1"), "tool_calls", Rooms.json(calls)),
            T0 + 20);

    // Then
    assertThat(run.told(ToolCall.class))
        .containsExactly(
            new ToolCall(APP, ROOM, T0 + 10, null, AGENT, "call_1", "weather", "{}"),
            new ToolCall(APP, ROOM, T0 + 10, null, AGENT, "call_2", "time", "{}"));
  }

  @Test
  void twoInterruptionsInARowAreTwoMessages() {
    // Given
    Bytes interrupt = frame("ctrl", "{'Command':'interrupt','InterruptMode':0,'Message':''}");

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(binary("alice", 1, T0 + 10, Direction.USER_SENT, "agent-1", interrupt), T0 + 10)
        .see(binary("alice", 2, T0 + 900, Direction.USER_SENT, "agent-1", interrupt), T0 + 900)
        .see(binary("alice", 2, T0 + 900, Direction.USER_SENT, "agent-1", interrupt), T0 + 950);

    // Then
    assertThat(run.told(RoomMessage.class))
        .extracting(RoomMessage::senderUserId, RoomMessage::receiverUserId, RoomMessage::magic)
        .containsExactly(tuple(ALICE, AGENT, "ctrl"), tuple(ALICE, AGENT, "ctrl"));
  }

  @Test
  void anUnknownMagicIsKeptRaw() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            binary("alice", 1, T0 + 10, Direction.ROOM_RECEIVED, "agent-1", frame("zzzz", "nope")),
            T0 + 10);

    // Then
    assertThat(run.told(RoomMessage.class))
        .containsExactly(
            new RoomMessage(APP, ROOM, T0 + 10, AGENT, null, "zzzz", frame("zzzz", "nope"), null));
  }

  @Test
  void aFrameThatDoesNotDecodeIsABadRowOnce() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(
            binary("alice", 1, T0 + 10, Direction.ROOM_RECEIVED, "agent-1", frame("subv", "nope")),
            T0 + 10)
        .see(
            binary("bob", 1, T0 + 12, Direction.ROOM_RECEIVED, "agent-1", frame("subv", "nope")),
            T0 + 12);

    // Then
    assertThat(run.told(BadRow.class))
        .extracting(BadRow::source, BadRow::code, BadRow::raw)
        .containsExactly(tuple(BadRow.Source.FRAME, "frame_body_not_json", frame("subv", "nope")));
    assertThat(run.told(RoomMessage.class)).isEmpty();
  }

  private static String stage(String stage, long at) {
    return "{'TaskId':'task-1','UserID':'agent-1','RoundID':4,'EventTime':%d,'EventType':0,'RunStage':'%s','ErrorInfo':{'Errorcode':0,'Reason':''}}"
        .formatted(at, stage);
  }

  @Test
  void aRoundIsToldWithAllItsMomentsHoweverTheyCome() {
    // When
    run.see(webhook("e5", "VoiceChat", T0 + 500, stage("answerFinish", T0 + 500)), T0 + 510)
        .see(webhook("e1", "VoiceChat", T0 + 100, stage("beginAsking", T0 + 100)), T0 + 520)
        .see(webhook("e2", "VoiceChat", T0 + 200, stage("asrFinish", T0 + 200)), T0 + 530)
        .see(webhook("e2", "VoiceChat", T0 + 200, stage("asrFinish", T0 + 200)), T0 + 530)
        .see(webhook("e4", "VoiceChat", T0 + 400, stage("answerStart", T0 + 400)), T0 + 540)
        .see(webhook("e3", "VoiceChat", T0 + 300, stage("llmOutput", T0 + 300)), T0 + 550)
        .passUntil(T0 + 60_000);

    // Then
    assertThat(run.told(AgentRound.class))
        .containsExactly(
            new AgentRound(
                APP,
                ROOM,
                T0 + 500,
                new TaskId("task-1"),
                4,
                T0 + 100,
                T0 + 200,
                T0 + 300,
                T0 + 400,
                T0 + 500,
                false));
    assertThat(run.told(AgentRunStageReported.class)).hasSize(5);
  }

  @Test
  void anInterruptedRoundIsToldAfterAWhileEvenIfMomentsAreMissing() {
    // When
    run.see(webhook("e1", "VoiceChat", T0 + 400, stage("answerStart", T0 + 400)), T0 + 400)
        .see(webhook("e2", "VoiceChat", T0 + 900, stage("interrupted", T0 + 900)), T0 + 900)
        .passUntil(T0 + 3_899);
    assertThat(run.told(AgentRound.class)).isEmpty();
    run.passUntil(T0 + 3_900);

    // Then
    assertThat(run.told(AgentRound.class))
        .containsExactly(
            new AgentRound(
                APP,
                ROOM,
                T0 + 900,
                new TaskId("task-1"),
                4,
                null,
                null,
                null,
                T0 + 400,
                T0 + 900,
                true));
  }

  @Test
  void anErrorOfTheTaskByWebhookAndByFrameIsOne() {
    // When
    run.see(
            webhook(
                "e1",
                "VoiceChat",
                T0,
                "{'TaskId':'task-1','UserID':'agent-1','RoundID':1,'EventType':1,'RunStage':'tts','ErrorInfo':{'Errorcode':1005002,'Reason':'broken'}}"),
            T0)
        .see(
            callback(
                "task-1",
                T0 + 30,
                frame(
                    "conv",
                    "{'TaskId':'task-1','UserID':'agent-1','RoundID':1,'EventTime':%d,'Stage':{'Code':0},'ErrorInfo':{'ErrorCode':1005002,'Reason':'broken'}}"
                        .formatted(T0))),
            T0 + 30);

    // Then
    assertThat(run.told(AgentErrorReported.class))
        .containsExactly(
            new AgentErrorReported(
                APP, ROOM, T0, new TaskId("task-1"), AGENT, 1, "tts", 1_005_002, "broken"));
  }

  @Test
  void theCloudsUsageIsToldOnceAsItWasSent() {
    // Given
    String usage =
        "{'TaskId':'task-1','UserID':'agent-1','RoundID':1,'EventType':0,'RunStage':'taskUsage','ExtraInfo':'{\\\"ActiveSeconds\\\":42}'}";

    // When
    run.see(webhook("e1", "VoiceChat", T0, usage), T0)
        .see(webhook("e1", "VoiceChat", T0, usage), T0 + 1_000);

    // Then
    assertThat(run.told(AgentUsageReported.class))
        .containsExactly(
            new AgentUsageReported(
                APP,
                ROOM,
                T0,
                new TaskId("task-1"),
                AGENT,
                JsonNodeFactory.instance.objectNode().put("ActiveSeconds", 42)));
  }

  @Test
  void aStateThatCouldNotBeToldYetIsToldWhenItsAgentIsKnown() {
    // Given
    Bytes state =
        frame(
            "conv",
            "{'TaskId':'task-1','RoundID':1,'EventTime':%d,'Stage':{'Code':1}}".formatted(T0));
    run.see(opened("alice", T0, "c1"), T0).see(callback("task-1", T0 + 1, state), T0 + 1);
    assertThat(run.told(AgentStageChanged.class)).isEmpty();

    // When
    run.see(binary("alice", 1, T0 + 2, Direction.ROOM_RECEIVED, "agent-1", state), T0 + 2);

    // Then
    assertThat(run.told(AgentStageChanged.class))
        .singleElement()
        .extracting(AgentStageChanged::agentUserId)
        .isEqualTo(AGENT);
  }

  @Test
  void aStageOfATimeToComeDoesNotHoldUpThoseThatFollow() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(callback("task-1", T0 + 1, conv(1, T0 + 86_400_000, 1)), T0 + 1);

    // When
    run.see(callback("task-1", T0 + 20_000, conv(1, T0 + 20_000, 3)), T0 + 20_000);

    // Then
    Stage newest = run.told(AgentStageChanged.class).get(1).stage();
    assertThat(run.lastState().agents())
        .singleElement()
        .extracting(RoomState.Agent::stage)
        .isEqualTo(newest);
  }
}
