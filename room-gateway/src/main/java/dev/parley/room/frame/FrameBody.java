package dev.parley.room.frame;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a frame says, by its magic. */
public sealed interface FrameBody {

  /** {@code conv}: what the conversation is doing. */
  record Conversation(
      @Nullable TaskId taskId,
      @Nullable UserId userId,
      long roundId,
      @Nullable Long eventTimeMillis,
      long stageCode,
      @Nullable ReportedError error)
      implements FrameBody {

    /** The stage; empty for errors (code 0) and for codes that are not known. */
    public Optional<Stage> stage() {
      // By code alone: the descriptions differ between the cloud's versions.
      return switch (stageCode >= 1 && stageCode <= 5 ? (int) stageCode : 0) {
        case 1 -> Optional.of(Stage.LISTENING);
        case 2 -> Optional.of(Stage.THINKING);
        case 3 -> Optional.of(Stage.SPEAKING);
        case 4 -> Optional.of(Stage.INTERRUPTED);
        case 5 -> Optional.of(Stage.FINISHED);
        default -> Optional.empty();
      };
    }
  }

  /** An error that a conversation state carries. */
  record ReportedError(long errorCode, String reason) {}

  /** {@code subv}: subtitles, one or more. */
  record Subtitles(List<Subtitle> items) implements FrameBody {
    public Subtitles {
      items = List.copyOf(items);
    }
  }

  /**
   * One subtitle; an empty text with {@code definite} and {@code paragraph} closes a turn.
   *
   * @param mode the cloud's mode field where it is there; its meaning is not documented
   */
  record Subtitle(
      UserId userId,
      String text,
      @Nullable String language,
      @Nullable Long roundId,
      long sequence,
      boolean definite,
      boolean paragraph,
      @Nullable Long mode,
      @Nullable Long timestampMillis) {}

  /** {@code tool}: the agent asks for functions to be called. */
  record ToolCalls(List<FunctionCall> calls) implements FrameBody {
    public ToolCalls {
      calls = List.copyOf(calls);
    }
  }

  /** One function to call; {@code arguments} is a JSON text as the model wrote it. */
  record FunctionCall(String id, String name, String arguments) {}

  /** {@code info}: a notice about function calls; its schema is not published. */
  record Info(JsonNode json) implements FrameBody {}

  /** {@code ctrl}: a client steers the agent. */
  record Control(String command, @Nullable Long interruptMode, @Nullable String message)
      implements FrameBody {}

  /** {@code func}: a client answers a function call. */
  record FunctionResult(String toolCallId, String content) implements FrameBody {}

  /** A known magic with no body at all. */
  record Empty() implements FrameBody {}

  /** A magic that this version does not know; JSON where the body is JSON. */
  record Unknown(@Nullable JsonNode json) implements FrameBody {}
}
