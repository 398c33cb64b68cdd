package dev.parley.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.agent.kafka.TaskEvents;
import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentTask;
import dev.parley.events.Topic;
import dev.parley.events.codec.Json;
import dev.parley.events.codec.RoomPartitioner;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The events of one task as server-sent events: id, published type, data as on Kafka. */
final class TaskStream {
  // More than a task's whole history: whoever reads so slowly is cut off, and may resume.
  private static final int MOST_UNSENT = 1_024;

  // Partition and offset, as TaskReader names events.
  private static final Pattern ID = Pattern.compile("([0-9]{1,4})-([0-9]{1,18})");

  private TaskStream() {}

  /** What a client that has the end, which is kept no more, sends as its last id. */
  private static final String END = "end";

  /** The name of the event that says that some of what was missed is not kept. */
  static final String GAP = "gap";

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
    long after = offset(task, lastEventId);
    boolean over = task.state().ended();
    // Events are on Kafka before the state: who has the end may come back before its state is read.
    boolean had = hadTheEnd(events, task, after);
    return Multi.createFrom()
        .emitter(
            emitter -> {
              Runnable leave =
                  events.follow(
                      task.appId(),
                      task.taskId(),
                      after,
                      () -> {
                        // Of a task that is over it is said below, when everything was read.
                        if (!over || events.keepsEnd(task.appId(), task.taskId())) {
                          emitter.emit(gap(sse, null, task));
                        }
                      },
                      told -> tell(emitter, told, sse));
              emitter.onTermination(leave);
              // The end may be known from the task's state before its event was read here; one
              // that was told too long ago is not told again.
              if (over || had) {
                CompletionStage<Boolean> unused =
                    readUpToNow
                        .get()
                        .whenComplete(
                            (upToNow, failure) -> {
                              if (over
                                  && failure == null
                                  && upToNow
                                  && !events.keepsEnd(task.appId(), task.taskId())) {
                                // With an id, by which whoever comes back has the end.
                                emitter.emit(gap(sse, END, task));
                              }
                              // Unless the task lives again.
                              if (over || hadTheEnd(events, task, after)) {
                                emitter.complete();
                              }
                            });
              }
            },
            MOST_UNSENT);
  }

  /** True when there is nothing more to tell, ever: a browser comes back until it is told so. */
  static boolean over(TaskEvents events, AgentTask task, @Nullable String lastEventId) {
    return lastEventId != null
        && task.state().ended()
        && (lastEventId.equals(END) || hadTheEnd(events, task, offset(task, lastEventId)));
  }

  private static boolean hadTheEnd(TaskEvents events, AgentTask task, long after) {
    return events.hadEnd(task.appId(), task.taskId(), after);
  }

  private static OutboundSseEvent gap(Sse sse, @Nullable String id, AgentTask task) {
    OutboundSseEvent.Builder event =
        sse.newEventBuilder()
            .name(GAP)
            .mediaType(MediaType.TEXT_PLAIN_TYPE)
            .data(
                String.class,
                Json.mapper()
                    .createObjectNode()
                    .put("code", "resume_expired")
                    .put("detail", "Some of the task's events are no longer kept: read the task.")
                    .put("taskId", task.taskId().value())
                    .put("state", task.state().name())
                    .toString());
    return id == null ? event.build() : event.id(id).build();
  }

  private static void tell(MultiEmitter<? super OutboundSseEvent> emitter, Told told, Sse sse) {
    emitter.emit(
        sse.newEventBuilder()
            .id(told.id())
            .name(told.type())
            .mediaType(MediaType.TEXT_PLAIN_TYPE)
            .data(String.class, json(told))
            .build());
    if (TaskEvents.isEnd(told.event())) {
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

  private static long offset(AgentTask task, @Nullable String lastEventId) {
    if (lastEventId == null) {
      return -1;
    }
    if (lastEventId.equals(END)) {
      return Long.MAX_VALUE;
    }
    Matcher id = ID.matcher(lastEventId);
    int partition = RoomPartitioner.partition(task.recordKey(), Topic.PARTITIONS);
    if (!id.matches() || Integer.parseInt(id.group(1)) != partition) {
      throw Refusals.badHeader("Last-Event-ID", "must be the id of an event of this stream");
    }
    return Long.parseLong(id.group(2));
  }
}
