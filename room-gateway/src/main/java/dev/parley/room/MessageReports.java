package dev.parley.room;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.RoomMessage;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.events.Transcript.Speaker;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory.TaskMemory;
import dev.parley.room.frame.FrameBody;
import dev.parley.room.frame.FrameBody.Conversation;
import dev.parley.room.frame.FrameBody.FunctionCall;
import dev.parley.room.frame.FrameBody.ReportedError;
import dev.parley.room.frame.FrameBody.Subtitle;
import dev.parley.room.frame.FrameBody.Subtitles;
import dev.parley.room.frame.FrameBody.ToolCalls;
import dev.parley.room.frame.FrameReader;
import dev.parley.room.frame.FrameReader.Reading;
import dev.parley.room.frame.FrameRefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What binary messages and the callbacks around the agent say. Each message is told once, however
 * many clients and callbacks carried it: it is known again by its content.
 */
final class MessageReports {
  private static final String AGENT_MARK = "voiceChat_";

  private final RoomDraft draft;
  private final Repeats repeats;

  MessageReports(RoomDraft draft, Repeats repeats) {
    this.draft = draft;
    this.repeats = repeats;
  }

  /** How a frame came here; what is null is not known. */
  private record Delivery(
      @Nullable UserId sender,
      @Nullable UserId receiver,
      @Nullable TaskId taskId,
      long atMillis,
      boolean uplink) {}

  void relayed(BinaryMessageReported message) {
    UserId self = message.observer().userId();
    UserId peer = message.peerUserId();
    long at = message.eventTimeMillis();
    Delivery delivery =
        switch (message.direction()) {
          case ROOM_RECEIVED -> new Delivery(peer, null, null, at, false);
          case USER_RECEIVED -> new Delivery(peer, self, null, at, false);
          case USER_SENT -> new Delivery(self, peer, null, at, true);
        };
    frame(delivery, message.frame());
  }

  void callback(MessageCallbackReceived callback) {
    UserId agent = draft.task(callback.taskId()).agentUserId();
    frame(
        new Delivery(agent, null, callback.taskId(), callback.eventTimeMillis(), false),
        callback.frame());
  }

  void functionCallback(FunctionCallbackReceived callback) {
    JsonNode message = callback.message();
    if (!callback.callbackType().equals("tool_calls") || message == null) {
      return;
    }
    Delivery delivery =
        new Delivery(
            draft.task(callback.taskId()).agentUserId(),
            null,
            callback.taskId(),
            callback.eventTimeMillis(),
            false);
    try {
      toolCalls(delivery, FrameReader.functionCalls(message));
    } catch (FrameRefusedException e) {
      badRow(
          BadRow.Source.FUNCTION_CALLBACK,
          e,
          Bytes.of(message.toString().getBytes(StandardCharsets.UTF_8)),
          callback.eventTimeMillis());
    }
  }

  private void frame(Delivery delivery, Bytes bytes) {
    Reading reading;
    try {
      reading = FrameReader.read(bytes.toArray());
    } catch (FrameRefusedException e) {
      badRow(BadRow.Source.FRAME, e, bytes, delivery.atMillis());
      return;
    }
    message(delivery, reading, bytes);
    // Only what comes from the agent speaks for the agent.
    if (!delivery.uplink()) {
      switch (reading.body()) {
        case Conversation conversation -> conversation(delivery, conversation);
        case Subtitles subtitles -> subtitles(delivery, subtitles);
        case ToolCalls calls -> {
          remember(delivery.sender());
          toolCalls(delivery, calls.calls());
        }
        case FrameBody.Info info -> remember(delivery.sender());
        case FrameBody.Control control -> {}
        case FrameBody.FunctionResult result -> {}
        case FrameBody.Empty empty -> {}
        case FrameBody.Unknown unknown -> {}
      }
    }
  }

  private void message(Delivery delivery, Reading reading, Bytes bytes) {
    UserId sender = delivery.sender();
    if (sender == null && reading.body() instanceof Conversation conversation) {
      sender = conversation.userId();
    }
    if (sender == null) {
      // A callback of an agent whose user id is not known yet: what it says is told, but a message
      // without a sender cannot be.
      return;
    }
    String identity = identity(delivery, reading, bytes, sender);
    if (onlySenderTells(delivery)
        || repeats.firstTime(identity, delivery.atMillis(), window(reading.body()))) {
      draft.tell(
          new RoomMessage(
              draft.appId(),
              draft.roomId(),
              delivery.atMillis(),
              sender,
              delivery.receiver(),
              reading.frame().magic(),
              bytes,
              reading.json()),
          identity);
    }
  }

  // Two interruptions in a row have the same bytes. What only the sender's client can tell of is
  // told once already, by its numbering.
  private boolean onlySenderTells(Delivery delivery) {
    return delivery.uplink()
        && draft.clients().values().stream()
            .noneMatch(client -> client.userId().equals(delivery.receiver()));
  }

  private Duration window(FrameBody body) {
    return switch (body) {
      case Conversation conversation -> window(conversation);
      case Subtitles subtitles -> draft.rules().repeatWindow();
      case ToolCalls calls -> draft.rules().repeatWindow();
      case FrameBody.Info info -> draft.rules().clockTolerance();
      case FrameBody.Control control -> draft.rules().clockTolerance();
      case FrameBody.FunctionResult result -> draft.rules().clockTolerance();
      case FrameBody.Empty empty -> draft.rules().clockTolerance();
      case FrameBody.Unknown unknown -> draft.rules().clockTolerance();
    };
  }

  private String identity(Delivery delivery, Reading reading, Bytes bytes, UserId sender) {
    return switch (reading.body()) {
      case Conversation conversation -> identity("message-conv", parts(delivery, conversation));
      case Subtitles subtitles ->
          identity(
              "message-subv",
              subtitles.items().stream()
                  .flatMap(item -> Arrays.stream(parts(item)))
                  .toArray(String[]::new));
      case ToolCalls calls ->
          identity(
              "message-tool", calls.calls().stream().map(FunctionCall::id).toArray(String[]::new));
      case FrameBody.Info info -> byBytes(delivery, bytes, sender);
      case FrameBody.Control control -> byBytes(delivery, bytes, sender);
      case FrameBody.FunctionResult result -> byBytes(delivery, bytes, sender);
      case FrameBody.Empty empty -> byBytes(delivery, bytes, sender);
      case FrameBody.Unknown unknown -> byBytes(delivery, bytes, sender);
    };
  }

  private String byBytes(Delivery delivery, Bytes bytes, UserId sender) {
    UserId receiver = delivery.receiver();
    return identity(
        "message", sender.value(), receiver == null ? "" : receiver.value(), bytes.toBase64());
  }

  private String identity(String kind, String... parts) {
    String[] all = new String[parts.length + 2];
    all[0] = kind;
    all[1] = draft.roomKey();
    System.arraycopy(parts, 0, all, 2, parts.length);
    return EventIds.derived(all);
  }

  private void conversation(Delivery delivery, Conversation conversation) {
    @Nullable TaskId taskId =
        conversation.taskId() == null ? delivery.taskId() : conversation.taskId();
    UserId agent = delivery.sender() == null ? conversation.userId() : delivery.sender();
    remember(agent);
    long at =
        conversation.eventTimeMillis() == null
            ? delivery.atMillis()
            : conversation.eventTimeMillis();
    String identity = identity("stage", parts(delivery, conversation));
    if (!repeats.firstTime(identity, delivery.atMillis(), window(conversation))) {
      return;
    }
    Optional<Stage> stage = conversation.stage();
    if (stage.isPresent() && agent != null) {
      draft.tell(
          new AgentStageChanged(
              draft.appId(),
              draft.roomId(),
              at,
              taskId,
              agent,
              conversation.roundId(),
              stage.get()),
          identity);
      if (taskId != null) {
        taskStage(taskId, agent, stage.get(), at);
        Rounds.stage(draft, taskId, conversation.roundId(), stage.get(), at);
      }
    }
    ReportedError error = conversation.error();
    if (error != null && taskId != null) {
      error(taskId, agent, conversation.roundId(), null, error, at, delivery.atMillis());
    }
  }

  private void taskStage(TaskId taskId, UserId agent, Stage stage, long at) {
    TaskMemory task = draft.task(taskId);
    // A frame that was overtaken is told, but the conversation is further on by now.
    boolean newer = task.stage() == null || at >= task.stageMillis();
    draft.putTask(
        taskId,
        new TaskMemory(
            agent,
            newer ? stage : task.stage(),
            newer ? at : task.stageMillis(),
            task.ended(),
            task.rounds(),
            task.done()));
    draft.stateChanged(at);
  }

  private void subtitles(Delivery delivery, Subtitles subtitles) {
    remember(delivery.sender());
    for (Subtitle item : subtitles.items()) {
      String identity = identity("subtitle", parts(item));
      if (repeats.firstTime(identity, delivery.atMillis(), draft.rules().repeatWindow())) {
        draft.tell(
            new Transcript(
                draft.appId(),
                draft.roomId(),
                delivery.atMillis(),
                item.userId(),
                speaker(delivery, item),
                item.text(),
                item.language(),
                item.roundId(),
                item.sequence(),
                item.definite(),
                item.paragraph()),
            identity);
      }
    }
  }

  // By who sent the frame: subtitles come from the agent, its own and those of the humans. The
  // cloud's mode field is only asked last, two sources disagree about it.
  private Speaker speaker(Delivery delivery, Subtitle item) {
    UserId speaker = item.userId();
    if (speaker.equals(delivery.sender()) || draft.isAgent(speaker)) {
      return Speaker.AGENT;
    }
    boolean relays =
        draft.clients().values().stream().anyMatch(client -> client.userId().equals(speaker));
    if (relays || delivery.sender() != null) {
      return speaker.value().contains(AGENT_MARK) && !relays ? Speaker.AGENT : Speaker.USER;
    }
    boolean agent = speaker.value().contains(AGENT_MARK) || Objects.equals(item.mode(), 1L);
    return agent ? Speaker.AGENT : Speaker.USER;
  }

  private void toolCalls(Delivery delivery, List<FunctionCall> calls) {
    for (FunctionCall call : calls) {
      String identity = identity("tool", call.id());
      if (repeats.firstTime(identity, delivery.atMillis(), draft.rules().repeatWindow())) {
        draft.tell(
            new ToolCall(
                draft.appId(),
                draft.roomId(),
                delivery.atMillis(),
                delivery.taskId() == null ? taskOf(delivery.sender()) : delivery.taskId(),
                delivery.sender(),
                call.id(),
                call.name(),
                call.arguments()),
            identity);
      }
    }
  }

  private @Nullable TaskId taskOf(@Nullable UserId agent) {
    if (agent == null) {
      return null;
    }
    TaskId found = null;
    for (Map.Entry<String, TaskMemory> task : draft.tasks().entrySet()) {
      if (agent.equals(task.getValue().agentUserId()) && !task.getValue().ended()) {
        found = new TaskId(task.getKey());
      }
    }
    return found;
  }

  void voiceChat(WebhookReceived webhook) {
    JsonNode data = webhook.eventData();
    TaskId taskId = taskId(data.path("TaskId"));
    if (taskId == null) {
      return;
    }
    JsonNode user = data.has("UserID") ? data.path("UserID") : data.path("UserId");
    UserId agent = PresenceReports.userId(user);
    JsonNode round = data.has("RoundID") ? data.path("RoundID") : data.path("RoundId");
    long roundId = round.asLong(0);
    String runStage = data.path("RunStage").asText("");
    long received = webhook.eventTimeMillis();
    if (agent != null) {
      remember(agent);
      TaskMemory task = draft.task(taskId);
      if (!agent.equals(task.agentUserId())) {
        draft.putTask(
            taskId,
            new TaskMemory(
                agent, task.stage(), task.stageMillis(), task.ended(), task.rounds(), task.done()));
        draft.stateChanged(received);
      }
    }
    JsonNode info = data.path("ErrorInfo");
    JsonNode code = info.has("Errorcode") ? info.path("Errorcode") : info.path("ErrorCode");
    if (data.path("EventType").asInt(0) == 1) {
      error(
          taskId,
          agent,
          roundId,
          runStage.isEmpty() ? null : runStage,
          new ReportedError(code.asLong(0), info.path("Reason").asText("")),
          received,
          received);
    } else if (!runStage.isEmpty()) {
      runStage(taskId, agent, roundId, runStage, received);
    }
  }

  private void runStage(
      TaskId taskId, @Nullable UserId agent, long roundId, String runStage, long at) {
    String identity =
        identity("run", taskId.value(), Long.toString(roundId), runStage, Long.toString(at));
    if (!repeats.firstTime(identity, at, draft.rules().exactWindow())) {
      return;
    }
    draft.tell(
        new AgentRunStageReported(
            draft.appId(), draft.roomId(), at, taskId, agent, roundId, runStage),
        identity);
    if (runStage.equals("taskStop")) {
      draft.putTask(taskId, RoomDraft.ended(draft.task(taskId)));
      draft.stateChanged(at);
    }
    Rounds.runStage(draft, taskId, roundId, runStage, at);
  }

  private void error(
      TaskId taskId,
      @Nullable UserId agent,
      long roundId,
      @Nullable String runStage,
      ReportedError error,
      long at,
      long reportedAt) {
    String identity =
        identity("error", taskId.value(), Long.toString(roundId), Long.toString(error.errorCode()));
    if (repeats.firstTime(identity, reportedAt, draft.rules().repeatWindow())) {
      draft.tell(
          new AgentErrorReported(
              draft.appId(),
              draft.roomId(),
              at,
              taskId,
              agent,
              roundId,
              runStage,
              error.errorCode(),
              error.reason()),
          identity);
    }
  }

  private void badRow(BadRow.Source source, FrameRefusedException refused, Bytes bytes, long at) {
    String identity = identity("bad", bytes.toBase64());
    if (repeats.firstTime(identity, at, draft.rules().repeatWindow())) {
      byte[] raw = bytes.toArray();
      boolean truncated = raw.length > BadRow.MAX_RAW_BYTES;
      draft.tell(
          new BadRow(
              draft.appId().value(),
              draft.roomId().value(),
              at,
              source,
              refused.reason().code(),
              refused.detail(),
              truncated ? Bytes.of(Arrays.copyOf(raw, BadRow.MAX_RAW_BYTES)) : bytes,
              truncated,
              Map.of("observation", draft.cause())),
          identity);
    }
  }

  private void remember(@Nullable UserId agent) {
    if (agent != null) {
      draft.rememberAgent(agent);
    }
  }

  // With the cloud's own time in it, a state is known again after hours.
  private Duration window(Conversation conversation) {
    return conversation.eventTimeMillis() == null
        ? draft.rules().repeatWindow()
        : draft.rules().exactWindow();
  }

  private static String[] parts(Delivery delivery, Conversation conversation) {
    @Nullable TaskId taskId =
        conversation.taskId() == null ? delivery.taskId() : conversation.taskId();
    ReportedError error = conversation.error();
    return new String[] {
      taskId == null ? "" : taskId.value(),
      Long.toString(conversation.roundId()),
      Long.toString(conversation.stageCode()),
      String.valueOf(conversation.eventTimeMillis()),
      error == null ? "" : Long.toString(error.errorCode())
    };
  }

  private static String[] parts(Subtitle item) {
    return new String[] {
      item.userId().value(),
      String.valueOf(item.roundId()),
      Long.toString(item.sequence()),
      item.text(),
      Boolean.toString(item.definite()),
      Boolean.toString(item.paragraph())
    };
  }

  private static @Nullable TaskId taskId(JsonNode value) {
    try {
      return value.isTextual() ? new TaskId(value.textValue()) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
