package dev.parley.room;

import dev.parley.events.Bytes;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.frame.FrameBody;
import dev.parley.room.frame.FrameBody.Conversation;
import dev.parley.room.frame.FrameBody.FunctionCall;
import dev.parley.room.frame.FrameBody.ReportedError;
import dev.parley.room.frame.FrameBody.Subtitle;
import dev.parley.room.frame.FrameBody.Subtitles;
import dev.parley.room.frame.FrameBody.ToolCalls;
import dev.parley.room.frame.FrameReader.Reading;
import java.util.Arrays;

/**
 * What is the same in every report of one message, and in no report of another. The ids of events
 * are made of it: to change it is to tell what was told already once more.
 */
record MessageIdentities(String roomKey) {

  /** Of a whole message. */
  String message(Delivery delivery, Reading reading, Bytes bytes, UserId sender) {
    return switch (reading.body()) {
      case Conversation conversation -> derived("message-conv", parts(delivery, conversation));
      case Subtitles subtitles ->
          derived(
              "message-subv",
              subtitles.items().stream()
                  .flatMap(item -> Arrays.stream(parts(item)))
                  .toArray(String[]::new));
      case ToolCalls calls ->
          derived(
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
    return derived(
        "message", sender.value(), receiver == null ? "" : receiver.value(), bytes.toBase64());
  }

  /** Of a state of the conversation. */
  String stage(Delivery delivery, Conversation conversation) {
    return derived("stage", parts(delivery, conversation));
  }

  /** Of one subtitle item. */
  String subtitle(Subtitle item) {
    return derived("subtitle", parts(item));
  }

  /** Of one function call. */
  String toolCall(FunctionCall call) {
    return derived("tool", call.id());
  }

  /** Of a run stage of a task. */
  String runStage(TaskId taskId, long roundId, String runStage, long atMillis) {
    return derived(
        "run", taskId.value(), Long.toString(roundId), runStage, Long.toString(atMillis));
  }

  /** Of the usage that came with a run stage. */
  String usage(String runStage) {
    return derived("usage", runStage);
  }

  /** Of an error of a task. */
  String error(TaskId taskId, long roundId, long errorCode) {
    return derived("error", taskId.value(), Long.toString(roundId), Long.toString(errorCode));
  }

  /** Of what could not be understood. */
  String badRow(Bytes bytes) {
    return derived("bad", bytes.toBase64());
  }

  private String derived(String kind, String... parts) {
    String[] all = new String[parts.length + 2];
    all[0] = kind;
    all[1] = roomKey;
    System.arraycopy(parts, 0, all, 2, parts.length);
    return EventIds.derived(all);
  }

  private static String[] parts(Delivery delivery, Conversation conversation) {
    TaskId taskId = delivery.taskOf(conversation);
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
}
