package dev.parley.agent.http;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.Samples;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.kafka.TaskEvents;
import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import dev.parley.testkit.MutableClock;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.Test;

class TaskStreamTest {
  private static final AgentTask STOPPED =
      TaskSnapshots.snapshot(
          new Requested(Samples.facts()).endedByCloud(NOW), null, null, null, NOW);

  private final TaskEvents events = new TaskEvents(10, Duration.ofHours(1), new MutableClock(NOW));
  private final CompletableFuture<Boolean> upToNow = new CompletableFuture<>();

  private AssertSubscriber<OutboundSseEvent> follow() {
    return TaskStream.of(events, STOPPED, null, new SseImpl(), () -> upToNow)
        .subscribe()
        .withSubscriber(AssertSubscriber.create(10));
  }

  private void tellTheEnd() {
    events.tell(
        new Told(
            "3-7",
            7,
            "e-1",
            "dev.parley.agent.stopped.v1",
            new AgentStopped(APP, ROOM, NOW.toEpochMilli(), TASK, StopReason.ENDED_BY_CLOUD, 0)));
  }

  @Test
  void aStreamDoesNotEndBeforeTheEndThatTheStateKnowsOf() {
    // Given: the state was read, its event was not
    AssertSubscriber<OutboundSseEvent> follower = follow();
    follower.assertNotTerminated();

    // When
    tellTheEnd();
    upToNow.complete(true);

    // Then
    follower.assertCompleted();
    assertThat(follower.getItems())
        .extracting(OutboundSseEvent::getName)
        .containsExactly("dev.parley.agent.stopped.v1");
  }

  @Test
  void aStreamOfATaskThatEndedLongAgoEnds() {
    // Given: the event is not kept any more
    AssertSubscriber<OutboundSseEvent> follower = follow();

    // When
    upToNow.complete(true);

    // Then
    follower.assertCompleted();
    assertThat(follower.getItems()).isEmpty();
  }
}
