package dev.parley.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.agent.kafka.TaskEvents;
import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentTask;
import dev.parley.events.codec.Json;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The events of one task as server-sent events: id, published type, data as on Kafka. */
final class TaskStream {
  // More than a task's whole history: whoever reads so slowly is cut off, and may resume.
  private static final int MOST_UNSENT = 1_024;

  private TaskStream() {}

  /**
   * The stream; it ends with the task.
   *
   * @param readUpToNow completes once every event was taken in that Kafka has when it is asked
   */
  static Multi<OutboundSseEvent> of(
      TaskEvents events,
      AgentTask task,
      @Nullable String lastEventId,
      Sse sse,
      Supplier<CompletionStage<Boolean>> readUpToNow) {
    long after = offset(lastEventId);
    return Multi.createFrom()
        .emitter(
            emitter -> {
              Runnable leave =
                  events.follow(
                      task.appId(), task.taskId(), after, told -> tell(emitter, told, sse));
              emitter.onTermination(leave);
              // The end may be known from the task's state before its event was read here; one
              // that was told too long ago is not told again.
              if (task.state().ended()) {
                CompletionStage<Boolean> unused =
                    readUpToNow.get().whenComplete((upToNow, failure) -> emitter.complete());
              }
            },
            MOST_UNSENT);
  }

  private static void tell(MultiEmitter<? super OutboundSseEvent> emitter, Told told, Sse sse) {
    emitter.emit(
        sse.newEventBuilder()
            .id(told.id())
            .name(told.type())
            .mediaType(MediaType.TEXT_PLAIN_TYPE)
            .data(String.class, json(told))
            .build());
    if (told.event() instanceof AgentStopped || told.event() instanceof AgentFailed) {
      emitter.complete();
    }
  }

  private static String json(Told told) {
    try {
      return Json.mapper().writeValueAsString(told.event());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event that came from JSON goes back to it", e);
    }
  }

  private static long offset(@Nullable String lastEventId) {
    if (lastEventId == null) {
      return -1;
    }
    try {
      return Long.parseLong(lastEventId.substring(lastEventId.indexOf('-') + 1));
    } catch (NumberFormatException e) {
      throw Refusals.badQuery("Last-Event-ID", "must be the id of an event of this stream");
    }
  }
}
