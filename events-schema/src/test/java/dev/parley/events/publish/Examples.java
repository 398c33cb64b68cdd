package dev.parley.events.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.events.AgentCommand.AddPrompt;
import dev.parley.events.AgentCommand.AskAgent;
import dev.parley.events.AgentCommand.FinishSpeech;
import dev.parley.events.AgentCommand.InterruptAgent;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.SayText;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentCommand.UpdateParameters;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentRunning;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.AgentEvent.AgentToolAnsweredLate;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.AgentEvent.AgentUsageMeasured;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Failure;
import dev.parley.events.InterruptMode;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.Direction;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Observer;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.ConnectionChanged;
import dev.parley.events.RoomEvent.ConnectionState;
import dev.parley.events.RoomEvent.ErrorReported;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.TokenExpired;
import dev.parley.events.RoomEvent.TokenExpiryAnnounced;
import dev.parley.events.RoomEvent.TokenPart;
import dev.parley.events.RoomEvent.UnpublishReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.StopReason;
import dev.parley.events.Telemetry;
import dev.parley.events.TokenEvent.SessionIssued;
import dev.parley.events.TokenEvent.SessionRefused;
import dev.parley.events.TokenEvent.TokenIssued;
import dev.parley.events.TokenEvent.TokenRefused;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.Transcript;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One real record of every type: what one call with a voice agent leaves behind. */
final class Examples {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("Room123");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId AGENT = new UserId("agent-1");
  private static final TaskId TASK = new TaskId("t-5d41402abc4b2a76b9719d911017c592");
  private static final CommandId COMMAND = new CommandId("c-7215ee9c7d9dc229d2921a40e899ec5f");
  private static final ClientId CLIENT = new ClientId("web-8f14e45f");
  private static final String REQUEST_ID = "202506151506400123456789";
  private static final String CONNECTION = "01981d2c";
  private static final long START = 1_750_000_000_123L;
  private static final long EXPIRES = START + 30_000;
  private static final String SUBTITLE =
      "{\"type\":\"subtitle\",\"data\":[{\"text\":\"What is the weather like?\",\"language\":\"en\","
          + "\"userId\":\"alice\",\"sequence\":9,\"definite\":true,\"paragraph\":true,"
          + "\"roundId\":3}]}";
  private static final String STATE =
      "{\"TaskId\":\"t-5d41402abc4b2a76b9719d911017c592\",\"UserID\":\"agent-1\",\"RoundID\":3,"
          + "\"EventTime\":1750000012400,\"Stage\":{\"Code\":3,\"Description\":\"answering\"}}";
  private static final String CALLS =
      "[{\"id\":\"call_cx_1\",\"type\":\"function\",\"function\":{\"name\":\"get_current_weather\","
          + "\"arguments\":\"{\\\"location\\\":\\\"Shanghai\\\"}\"}}]";
  private static final Failure NEVER_JOINED =
      new Failure(
          "agent_never_joined",
          "The agent did not join the room in time.",
          "Check the agent's user id and the room.",
          null,
          REQUEST_ID);
  private static final Failure TASK_NOT_FOUND =
      new Failure(
          "cloud_rejected",
          "The cloud did not accept the command.",
          "The agent may have ended meanwhile: read the task.",
          "InvalidParameter.TaskNotFound",
          REQUEST_ID);

  private static final List<Payload> ALL =
      List.of(
          new SdkEventReported(
              APP,
              ROOM,
              START,
              observer(17, START),
              "onUserJoined",
              json("[{\"userInfo\":{\"userId\":\"alice\",\"extraInfo\":\"\"}}]")),
          new BinaryMessageReported(
              APP,
              ROOM,
              START + 11_900,
              observer(23, START + 11_900),
              Direction.ROOM_RECEIVED,
              AGENT,
              frame("subv", SUBTITLE)),
          new RelayOpened(APP, ROOM, START, ALICE, CLIENT, CONNECTION),
          new RelayClosed(APP, ROOM, START + 60_000, ALICE, CLIENT, CONNECTION, true),
          new WebhookReceived(
              APP,
              ROOM,
              START,
              "Z1a2b3c4d5",
              "UserJoinRoom",
              json("{\"RoomId\":\"Room123\",\"UserId\":\"alice\",\"Timestamp\":1750000000123}")),
          new MessageCallbackReceived(APP, ROOM, START + 12_400, TASK, frame("conv", STATE)),
          new FunctionCallbackReceived(APP, ROOM, START + 12_200, TASK, "tool_calls", json(CALLS)),
          new RoomOpened(APP, ROOM, START, Evidence.CLOUD),
          new RoomClosed(APP, ROOM, START + 60_000, Evidence.INFERRED, CloseReason.EMPTY),
          new UserJoined(APP, ROOM, START, Evidence.CLOUD, ALICE),
          new UserLeft(APP, ROOM, START + 60_000, Evidence.CLOUD, ALICE, LeaveReason.QUIT),
          new StreamPublished(
              APP, ROOM, START + 800, Evidence.CLIENT, ALICE, MediaType.AUDIO, false),
          new StreamUnpublished(
              APP,
              ROOM,
              START + 60_000,
              Evidence.CLIENT,
              ALICE,
              MediaType.AUDIO,
              false,
              UnpublishReason.UNPUBLISHED),
          new CaptureStarted(APP, ROOM, START + 700, Evidence.CLIENT, ALICE, MediaType.AUDIO),
          new CaptureStopped(APP, ROOM, START + 59_900, Evidence.CLIENT, ALICE, MediaType.AUDIO),
          new ConnectionChanged(
              APP,
              ROOM,
              START + 20_000,
              Evidence.CLIENT,
              ALICE,
              CLIENT,
              31,
              ConnectionState.RECONNECTING,
              "iceFailed"),
          new TokenExpiryAnnounced(
              APP, ROOM, START + 25_000, Evidence.CLIENT, ALICE, CLIENT, 32, TokenPart.TOKEN),
          new TokenExpired(
              APP,
              ROOM,
              START + 30_000,
              Evidence.CLIENT,
              ALICE,
              CLIENT,
              33,
              TokenPart.PUBLISH_PRIVILEGE),
          new ErrorReported(
              APP, ROOM, START + 31_000, Evidence.CLIENT, ALICE, CLIENT, 34, "KICKED_OUT"),
          new RoomMessage(
              APP,
              ROOM,
              START + 11_900,
              AGENT,
              ALICE,
              "subv",
              frame("subv", SUBTITLE),
              json(SUBTITLE)),
          new Transcript(
              APP,
              ROOM,
              START + 11_800,
              ALICE,
              Transcript.Speaker.USER,
              "What is the weather like?",
              "en",
              3L,
              9,
              true,
              true),
          new Telemetry(
              APP,
              ROOM,
              START + 2_000,
              observer(19, START + 2_000),
              "onNetworkQuality",
              json("[1,2]")),
          new RoomState(
              APP,
              ROOM,
              START + 1_650,
              true,
              START,
              List.of(
                  new RoomState.User(
                      ALICE,
                      START,
                      List.of(new RoomState.Stream(MediaType.AUDIO, false)),
                      true,
                      false),
                  new RoomState.User(AGENT, START + 1_650, List.of(), false, false)),
              List.of(new RoomState.Agent(AGENT, TASK, Stage.LISTENING))),
          new StartAgent(
              APP,
              ROOM,
              START,
              TASK,
              COMMAND,
              "alice",
              EXPIRES,
              "assistant",
              AGENT,
              ALICE,
              "Hello Alice, how can I help?",
              json("{\"Config\":{\"LLMConfig\":{\"Temperature\":0.2}}}")),
          new StopAgent(APP, ROOM, START, TASK, COMMAND, "alice", EXPIRES, StopReason.REQUESTED),
          new InterruptAgent(APP, ROOM, START, TASK, COMMAND, "alice", EXPIRES),
          new SayText(
              APP,
              ROOM,
              START,
              TASK,
              COMMAND,
              "alice",
              EXPIRES,
              "One moment, please.",
              InterruptMode.MEDIUM),
          new AskAgent(
              APP,
              ROOM,
              START,
              TASK,
              COMMAND,
              "alice",
              EXPIRES,
              "What is on this picture?",
              InterruptMode.HIGH,
              "data:image/png;base64,iVBORw0KGgo="),
          new AddPrompt(
              APP, ROOM, START, TASK, COMMAND, "alice", EXPIRES, "Alice prefers short answers."),
          new FinishSpeech(APP, ROOM, START, TASK, COMMAND, "alice", EXPIRES),
          new ReturnToolResult(
              APP,
              ROOM,
              START,
              TASK,
              COMMAND,
              "weather-worker",
              EXPIRES,
              "call_cx_1",
              "Sunny, 31 degrees."),
          new UpdateParameters(
              APP,
              ROOM,
              START,
              TASK,
              COMMAND,
              "alice",
              EXPIRES,
              json("{\"LLMConfig\":{\"Temperature\":0.2}}")),
          new AgentRequested(APP, ROOM, START, TASK, COMMAND, "assistant", AGENT, ALICE, "alice"),
          new AgentDispatched(APP, ROOM, START + 357, TASK, REQUEST_ID),
          new AgentRunning(APP, ROOM, START + 1_527, TASK, RunningEvidence.RUN_STAGE),
          new AgentStopping(APP, ROOM, START + 43_527, TASK, StopReason.TARGET_LEFT),
          new AgentStopped(APP, ROOM, START + 43_777, TASK, StopReason.TARGET_LEFT, 42_250),
          new AgentFailed(APP, ROOM, START + 15_357, TASK, NEVER_JOINED),
          new AgentCommandCompleted(
              APP,
              ROOM,
              START + 20_000,
              TASK,
              COMMAND,
              "dev.parley.agent.interrupt.v1",
              REQUEST_ID),
          new AgentCommandRefused(
              APP,
              ROOM,
              START + 20_000,
              TASK,
              COMMAND,
              "dev.parley.agent.interrupt.v1",
              TASK_NOT_FOUND),
          new AgentStageChanged(APP, ROOM, START + 12_277, TASK, AGENT, 3, Stage.SPEAKING),
          new AgentRunStageReported(APP, ROOM, START + 1_527, TASK, AGENT, 0, "taskStart"),
          new AgentErrorReported(
              APP,
              ROOM,
              START + 1_000,
              TASK,
              AGENT,
              0,
              "preParamCheck",
              1_003_001,
              "requested resource not granted"),
          new AgentUsageMeasured(
              APP, ROOM, START + 43_900, TASK, "assistant", START + 1_527, 42_373),
          new AgentUsageReported(
              APP,
              ROOM,
              START + 44_000,
              TASK,
              AGENT,
              JsonNodeFactory.instance.objectNode().put("ActiveSeconds", 42)),
          new AgentToolCallExpired(
              APP, ROOM, START + 20_000, TASK, "call_cx_1", "get_current_weather", 8_000),
          new AgentToolAnsweredLate(APP, ROOM, START + 21_500, TASK, "call_cx_1", 1_500),
          new AgentTask(
              APP,
              ROOM,
              START + 15_357,
              TASK,
              AgentTask.State.FAILED,
              "assistant",
              AGENT,
              ALICE,
              COMMAND,
              START,
              START + 357,
              START + 1_527,
              START + 14_000,
              START + 15_357,
              StopReason.ENDED_BY_CLOUD,
              new Failure(
                  "agent_broke",
                  "The cloud ended the agent while it ran.",
                  "Read the cloud's code and try again.",
                  "InternalError",
                  REQUEST_ID),
              START + 13_000,
              START + 15_000,
              START + 15_357,
              COMMAND),
          new AgentRound(
              APP,
              ROOM,
              START + 16_777,
              TASK,
              3,
              START + 9_877,
              START + 11_677,
              START + 12_027,
              START + 12_277,
              START + 16_777,
              false),
          new ToolCall(
              APP,
              ROOM,
              START + 12_077,
              TASK,
              AGENT,
              "call_cx_1",
              "get_current_weather",
              "{\"location\":\"Shanghai\"}"),
          new ToolResult(APP, ROOM, START + 12_500, TASK, "call_cx_1", "Sunny, 31 degrees."),
          new TokenIssued(
              APP,
              "Room123",
              START - 2_000,
              "3f2a91c04d5e",
              "alice",
              ALICE,
              List.of("publish", "subscribe"),
              START + 3_598_000,
              "https://idp.example.com",
              START + 898_000),
          new TokenRefused(
              APP,
              "Room999",
              START - 2_000,
              "7c31de09a2b4",
              "alice",
              "alice",
              "room_not_allowed",
              "The caller may not enter this room.",
              "https://idp.example.com"),
          new SessionIssued(
              APP,
              START - 2_000,
              "5a0be17c93d4",
              "olga",
              "operator",
              START + 898_000,
              "https://idp.example.com"),
          new SessionRefused(
              APP,
              START - 2_000,
              "91d4c2e07b6f",
              "alice",
              "operator",
              "role_not_allowed",
              "The caller is no operator of this application.",
              "https://idp.example.com"),
          new BadRow(
              APP.value(),
              ROOM.value(),
              START,
              BadRow.Source.TOPIC,
              "not_json",
              "the value is not JSON at byte 9",
              Bytes.of("{\"appId\":".getBytes(StandardCharsets.UTF_8)),
              false,
              Map.of("topic", "rtc.room.observations", "partition", "7", "offset", "4711")));

  private Examples() {}

  /** One of every type, in no particular order. */
  static List<Payload> all() {
    return ALL;
  }

  /** The one of a type. */
  static Payload of(Class<? extends Payload> type) {
    return ALL.stream()
        .filter(type::isInstance)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("write an example of " + type.getName() + " in Examples"));
  }

  /** The one of a type, as it is written. */
  static Envelope<Payload> envelope(Class<? extends Payload> type) {
    Payload data = of(type);
    return new Envelope<>(
        EventIds.derived("example", PayloadTypes.of(type).value()),
        source(PayloadTypes.of(type).topic()),
        Instant.ofEpochMilli(data.eventTimeMillis() + 37),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        data);
  }

  private static String source(Topic topic) {
    return switch (topic) {
      case AGENT_COMMANDS, AGENT_EVENTS, AGENT_TASKS -> "/parley/agent-control-service";
      case TOKEN_EVENTS -> "/parley/token-service";
      case TOOL_RESULTS -> "/weather-worker";
      case ROOM_OBSERVATIONS,
          ROOM_EVENTS,
          ROOM_MESSAGES,
          ROOM_TRANSCRIPTS,
          ROOM_TELEMETRY,
          ROOMS,
          AGENT_ROUNDS,
          TOOL_CALLS,
          BAD_ROWS ->
          "/parley/room-gateway";
    };
  }

  private static Observer observer(long sequence, long timeMillis) {
    return new Observer(ALICE, CLIENT, sequence, timeMillis);
  }

  private static Bytes frame(String magic, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Bytes.of(
        ByteBuffer.allocate(8 + bytes.length)
            .put(magic.getBytes(StandardCharsets.US_ASCII))
            .putInt(bytes.length)
            .put(bytes)
            .array());
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
