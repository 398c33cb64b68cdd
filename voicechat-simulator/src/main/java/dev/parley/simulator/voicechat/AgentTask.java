package dev.parley.simulator.voicechat;

import dev.parley.simulator.agent.Agent;
import dev.parley.simulator.agent.AgentCommand;
import dev.parley.simulator.agent.AgentSignal;
import dev.parley.simulator.agent.AgentSignal.EndReason;
import dev.parley.simulator.agent.ErrorInfo;
import dev.parley.simulator.agent.RunStage;
import dev.parley.simulator.agent.Stage;
import dev.parley.simulator.agent.Subtitle;
import dev.parley.simulator.agent.ToolCall;
import dev.parley.simulator.callback.Callback.Outcome;
import dev.parley.simulator.callback.CloudReports;
import dev.parley.simulator.frame.Frame;
import dev.parley.simulator.frame.FrameCodec;
import dev.parley.simulator.frame.FrameRefused;
import dev.parley.simulator.frame.Magic;
import dev.parley.simulator.room.BinaryMessage;
import dev.parley.simulator.room.LeaveCause;
import dev.parley.simulator.room.MediaType;
import dev.parley.simulator.room.Member;
import dev.parley.simulator.room.Room;
import dev.parley.simulator.room.Rooms;
import dev.parley.simulator.room.SdkEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of an agent: carries what it does into the room and to the callbacks. */
final class AgentTask implements Member {

  private final Operation.Start start;
  private final Rooms rooms;
  private final CloudReports reports;
  private final OperationReader reader;
  private final Clock clock;
  private final String internalId;
  private final Consumer<AgentTask> onEnd;
  private final Agent agent;
  private final Instant acceptedAt;

  private boolean joined;
  private boolean muted;
  private @Nullable Stage stage;
  private int roundId;
  private @Nullable EndReason endReason;
  private @Nullable Instant endedAt;

  AgentTask(
      Operation.Start start,
      Rooms rooms,
      CloudReports reports,
      OperationReader reader,
      Clock clock,
      String internalId,
      Function<Consumer<AgentSignal>, Agent> agents,
      Consumer<AgentTask> onEnd) {
    this.start = start;
    this.rooms = rooms;
    this.reports = reports;
    this.reader = reader;
    this.clock = clock;
    this.internalId = internalId;
    this.onEnd = onEnd;
    this.acceptedAt = clock.instant();
    this.agent = agents.apply(this::carryOut);
  }

  void begin() {
    agent.start();
  }

  void update(Operation.Update update) {
    if (update.forModel() && start.speechToSpeech()) {
      throw new ApiRefusal(ErrorCode.INVALID_PARAMETER, "Command is not available with S2SConfig.");
    }
    agent.handle(update.command());
  }

  void stop() {
    agent.stop(EndReason.STOPPED);
  }

  /** Ends without a trace. */
  void drop() {
    muted = true;
    agent.stop(EndReason.STOPPED);
  }

  TaskView view() {
    TaskView.State state;
    if (endReason != null) {
      state = TaskView.State.ENDED;
    } else {
      state = joined ? TaskView.State.RUNNING : TaskView.State.STARTING;
    }
    return new TaskView(
        start.task(),
        start.plan().agentUserId(),
        start.plan().targetUserId(),
        state,
        stage,
        roundId,
        acceptedAt,
        endedAt,
        endReason);
  }

  private void carryOut(AgentSignal signal) {
    if (muted) {
      return;
    }
    switch (signal) {
      case AgentSignal.Joined ignored -> join();
      case AgentSignal.Left ignored -> {
        if (joined) {
          rooms.leave(start.task().room(), agentUserId(), this, LeaveCause.USER_LEAVE);
        }
      }
      case AgentSignal.Reached reached -> {
        roundId = reached.roundId();
        report(reached.roundId(), reached.stage(), Optional.empty(), Optional.empty());
      }
      case AgentSignal.StageChanged changed -> {
        stage = changed.stage();
        conv(changed.roundId(), changed.stage(), Optional.empty());
      }
      case AgentSignal.Subtitled subtitled -> subtitle(subtitled.subtitle());
      case AgentSignal.CallsTools tools -> callTools(tools.calls());
      case AgentSignal.Failed failed -> {
        stage = Stage.ERROR;
        report(failed.roundId(), failed.where(), Optional.of(failed.error()), Optional.empty());
        conv(failed.roundId(), Stage.ERROR, Optional.of(failed.error()));
      }
      case AgentSignal.Used used ->
          report(
              used.roundId(),
              RunStage.TASK_USAGE,
              Optional.empty(),
              Optional.of(reports.text(Map.of("ActiveSeconds", used.active().toSeconds()))));
      case AgentSignal.Ended ended -> {
        endReason = ended.reason();
        endedAt = clock.instant();
        onEnd.accept(this);
      }
    }
  }

  private void join() {
    Optional<Room> room = rooms.join(start.task().room(), agentUserId(), null, true, this);
    if (room.isEmpty()) {
      agent.stop(EndReason.PUT_OUT);
      return;
    }
    joined = true;
    room.get().publish(agentUserId(), MediaType.AUDIO);
  }

  // The payload of taskUsage's ExtraInfo is not known; the seconds are what a bill would need.
  private void report(
      int round, RunStage runStage, Optional<ErrorInfo> error, Optional<String> extraInfo) {
    Map<String, Object> errorInfo = new LinkedHashMap<>();
    errorInfo.put("Errorcode", error.map(ErrorInfo::code).orElse(0));
    errorInfo.put("Reason", error.map(ErrorInfo::reason).orElse(""));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("AppId", start.task().room().appId());
    data.put("BusinessId", start.businessId());
    data.put("RoomId", start.task().room().roomId());
    data.put("TaskId", start.task().taskId());
    data.put("UserID", agentUserId());
    data.put("RoundID", round);
    data.put("EventTime", clock.millis());
    data.put("EventType", error.isPresent() ? 1 : 0);
    data.put("RunStage", runStage.text());
    data.put("ErrorInfo", errorInfo);
    extraInfo.ifPresent(extra -> data.put("ExtraInfo", extra));
    reports.voiceChat(
        start.task().room(), start.task().taskId(), start.businessId(), runStage.text(), data);
  }

  private void conv(int round, Stage changed, Optional<ErrorInfo> error) {
    if (!start.stateCallback()) {
      return;
    }
    BinaryMessage message =
        toRoom(
            Magic.CONV,
            AgentFrames.conv(
                start.task().taskId(), agentUserId(), round, clock.millis(), changed, error));
    start.states().ifPresent(target -> toServer(Magic.CONV, target, message));
  }

  private void subtitle(Subtitle subtitle) {
    BinaryMessage message = toRoom(Magic.SUBV, AgentFrames.subv(subtitle, clock.millis()));
    // Servers get whole sentences only.
    if (subtitle.definite()) {
      start.subtitles().ifPresent(target -> toServer(Magic.SUBV, target, message));
    }
  }

  private void callTools(List<ToolCall> calls) {
    Optional<MessageTarget> functions = start.functions();
    if (functions.isEmpty()) {
      toRoom(Magic.TOOL, AgentFrames.tool(calls));
      return;
    }
    List<Map<String, Object>> ids =
        calls.stream().map(call -> Map.<String, Object>of("id", call.id())).toList();
    function(functions.get(), "information", ids, outcome -> {});
    function(functions.get(), "tool_calls", AgentFrames.calls(calls), this::toolCallsSent);
  }

  private void toolCallsSent(Outcome outcome) {
    switch (outcome) {
      case DELIVERED, LOST -> {}
      case REJECTED ->
          agent.toolCallFailed(
              new ErrorInfo(
                  ErrorInfo.FUNCTION_CALL_REJECTED, "function call url answered non-2xx"));
      case UNREACHABLE, OVERFLOWN ->
          agent.toolCallFailed(
              new ErrorInfo(ErrorInfo.FUNCTION_CALL_FAILED, "function call url failed"));
    }
  }

  private void function(
      MessageTarget target,
      String type,
      List<Map<String, Object>> calls,
      Consumer<Outcome> outcome) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("Type", type);
    envelope.put("Message", reports.text(calls));
    envelope.put("Signature", target.signature());
    envelope.put("AppId", start.task().room().appId());
    envelope.put("RoomID", start.task().room().roomId());
    envelope.put("TaskID", internalId);
    reports.function(
        start.task().room(), start.task().taskId(), type, target.url(), envelope, outcome);
  }

  private BinaryMessage toRoom(Magic magic, Map<String, Object> value) {
    BinaryMessage message =
        BinaryMessage.of(FrameCodec.encode(new Frame(magic, reports.text(value))));
    rooms.find(start.task().room()).ifPresent(room -> room.broadcast(agentUserId(), message));
    return message;
  }

  private void toServer(Magic magic, MessageTarget target, BinaryMessage message) {
    reports.message(
        start.task().room(),
        start.task().taskId(),
        magic.text(),
        target.url(),
        message.base64(),
        target.signature());
  }

  private String agentUserId() {
    return start.plan().agentUserId();
  }

  private boolean isTarget(String userId) {
    return userId.equals(start.plan().targetUserId());
  }

  @Override
  public void onEvent(SdkEvent event) {
    if (event instanceof SdkEvent.UserJoined user && isTarget(user.userId())) {
      agent.targetJoined();
    } else if (event instanceof SdkEvent.UserLeave user && isTarget(user.userId())) {
      agent.targetLeft();
    }
  }

  @Override
  public boolean onMessage(String fromUserId, BinaryMessage message) {
    try {
      Frame frame = FrameCodec.decode(message.bytes());
      Optional<AgentCommand> command =
          switch (frame.magic()) {
            case CTRL -> reader.command(frame.value());
            case FUNC -> reader.result(frame.value());
            case CONV, SUBV, TOOL, INFO -> Optional.empty();
          };
      command.ifPresent(agent::handle);
      return command.isPresent();
    } catch (FrameRefused e) {
      return false;
    }
  }

  @Override
  public void onSpeech(String userId, String text) {
    if (isTarget(userId)) {
      agent.hears(text);
    }
  }

  @Override
  public void onRemoved(LeaveCause cause) {
    joined = false;
    agent.stop(EndReason.PUT_OUT);
  }
}
