package dev.parley.room;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.RoomMessage;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.events.Transcript.Speaker;
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
 * What binary messages say, whether a client relayed them or a callback brought them. Each is told
 * once, however many did: it is known again by its content.
 */
final class MessageReports {
  private static final String AGENT_MARK = "voiceChat_";

  private final RoomDraft draft;
  private final Repeats repeats;
  private final MessageIdentities identities;
  private final TaskReports tasks;

  MessageReports(RoomDraft draft, Repeats repeats) {
    this.draft = draft;
    this.repeats = repeats;
    this.identities = new MessageIdentities(draft.roomKey());
    this.tasks = new TaskReports(draft, repeats);
  }

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
          Bytes.of(
              ("{\"Type\":\"tool_calls\",\"Message\":" + message + "}")
                  .getBytes(StandardCharsets.UTF_8)),
          delivery);
    }
  }

  private void frame(Delivery delivery, Bytes bytes) {
    Reading reading;
    try {
      reading = FrameReader.read(bytes.toArray());
    } catch (FrameRefusedException e) {
      badRow(BadRow.Source.FRAME, e, bytes, delivery);
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
    String identity = identities.message(delivery, reading, bytes, sender);
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

  private void conversation(Delivery delivery, Conversation conversation) {
    TaskId taskId = delivery.taskOf(conversation);
    UserId agent = delivery.sender() == null ? conversation.userId() : delivery.sender();
    remember(agent);
    long at =
        conversation.eventTimeMillis() == null
            ? delivery.atMillis()
            : conversation.eventTimeMillis();
    Optional<Stage> stage = conversation.stage();
    ReportedError error = conversation.error();
    boolean tells = (stage.isPresent() && agent != null) || (error != null && taskId != null);
    String identity = identities.stage(delivery, conversation);
    // What cannot be told yet is not told: the next one to bring it may know the agent.
    if (!tells || !repeats.firstTime(identity, delivery.atMillis(), window(conversation))) {
      return;
    }
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
        // A time that is still to come would freeze the stage until then.
        long by = delivery.atMillis() + draft.rules().clockTolerance().toMillis();
        taskStage(taskId, agent, stage.get(), Math.min(at, by));
        Rounds.stage(draft, taskId, conversation.roundId(), stage.get(), at);
      }
    }
    if (error != null && taskId != null) {
      tasks.error(taskId, agent, conversation.roundId(), null, error, at, delivery.atMillis());
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
      String identity = identities.subtitle(item);
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
      String identity = identities.toolCall(call);
      if (repeats.firstTime(identity, delivery.atMillis(), draft.rules().exactWindow())) {
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

  private void badRow(
      BadRow.Source source, FrameRefusedException refused, Bytes bytes, Delivery delivery) {
    long at = delivery.atMillis();
    String identity = identities.badRow(bytes);
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
              origin(delivery)),
          identity);
    }
  }

  // With its task, a frame can be driven again as if it had come by a callback.
  private Map<String, String> origin(Delivery delivery) {
    TaskId taskId = delivery.taskId();
    return taskId == null
        ? Map.of("observation", draft.cause())
        : Map.of("observation", draft.cause(), "taskId", taskId.value(), "genuine", "genuine");
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
}
