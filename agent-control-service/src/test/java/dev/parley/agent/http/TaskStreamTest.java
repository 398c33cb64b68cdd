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
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import dev.parley.events.id.TaskId;
import dev.parley.testkit.MutableClock;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskStreamTest {
  private static final AgentTask STOPPED =
      TaskSnapshots.snapshot(
          new Requested(Samples.facts()).endedByCloud(NOW), null, null, null, NOW);

  private static final AgentTask LIVE =
      TaskSnapshots.snapshot(new Requested(Samples.facts()).dispatched(NOW), null, null, null, NOW);

  private static final Duration HISTORY = Duration.ofHours(1);

  private final MutableClock clock = new MutableClock(NOW);
  private final TaskEvents events = new TaskEvents(10, HISTORY, clock);
  private final CompletableFuture<Boolean> upToNow = new CompletableFuture<>();

  private AssertSubscriber<OutboundSseEvent> follow() {
    return follow(STOPPED, null);
  }

  private AssertSubscriber<OutboundSseEvent> follow(AgentTask task, @Nullable String lastEventId) {
    return TaskStream.of(events, task, lastEventId, new SseImpl(), () -> upToNow)
        .subscribe()
        .withSubscriber(AssertSubscriber.create(10));
  }

  private void tellTheEnd() {
    events.tell(
        new Told(
            6,
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
  void aStreamOfATaskThatEndedLongAgoSaysSoOnce() {
    // Given: no event is kept any more
    AssertSubscriber<OutboundSseEvent> follower = follow();

    // When
    upToNow.complete(true);

    // Then
    follower.assertCompleted();
    assertThat(follower.getItems())
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.getName()).isEqualTo("gap");
              assertThat(String.valueOf(gap.getData()))
                  .contains("\"code\":\"resume_expired\"", "\"state\":\"STOPPED\"");
              assertThat(TaskStream.over(events, STOPPED, gap.getId())).isTrue();
            });
  }

  @Test
  void aStreamOfATaskThatEndedLongAgoSaysSoOnceAlsoToWhoResumes() {
    // When
    upToNow.complete(true);
    AssertSubscriber<OutboundSseEvent> follower = follow(STOPPED, "6-2");

    // Then
    follower.assertCompleted();
    assertThat(follower.getItems()).extracting(OutboundSseEvent::getName).containsExactly("gap");
  }

  @Test
  void whoComesBackForWhatIsNotKeptIsToldSoFirst() {
    // Given: ten are kept
    for (int offset = 1; offset <= 12; offset++) {
      events.tell(
          new Told(
              6,
              offset,
              "e-" + offset,
              "dev.parley.agent.dispatched.v1",
              new AgentDispatched(APP, ROOM, NOW.toEpochMilli(), TASK, null)));
    }

    // When
    AssertSubscriber<OutboundSseEvent> missed = follow(LIVE, "6-1");
    AssertSubscriber<OutboundSseEvent> has = follow(LIVE, "6-3");

    // Then
    assertThat(missed.awaitItems(10).getItems().getFirst().getName()).isEqualTo("gap");
    assertThat(missed.getItems().getFirst().getId()).isNull();
    assertThat(missed.getItems().get(1).getId()).isEqualTo("6-3");
    assertThat(has.getItems()).extracting(OutboundSseEvent::getName).doesNotContain("gap");
    assertThat(has.getItems().getFirst().getId()).isEqualTo("6-4");
  }

  private void tellOfAnotherTaskMuchLater() {
    clock.advance(HISTORY.plusMillis(1));
    events.tell(
        new Told(
            6,
            20,
            "e-20",
            "dev.parley.agent.dispatched.v1",
            new AgentDispatched(APP, ROOM, NOW.toEpochMilli(), new TaskId("t-other"), null)));
  }

  @Test
  void whoHasHeardAllOfAQuietTaskIsToldOfNoGap() {
    // Given
    events.tell(
        new Told(
            6,
            7,
            "e-7",
            "dev.parley.agent.dispatched.v1",
            new AgentDispatched(APP, ROOM, NOW.toEpochMilli(), TASK, null)));
    tellOfAnotherTaskMuchLater();

    // When
    AssertSubscriber<OutboundSseEvent> missed = follow(LIVE, "6-6");
    AssertSubscriber<OutboundSseEvent> has = follow(LIVE, "6-7");

    // Then
    assertThat(missed.getItems()).extracting(OutboundSseEvent::getName).containsExactly("gap");
    has.assertHasNotReceivedAnyItem().assertNotTerminated();
  }

  @Test
  void whoHasTheEndIsToldThatItIsOverAlsoWhenItIsNotKept() {
    // Given
    tellTheEnd();

    // When
    tellOfAnotherTaskMuchLater();

    // Then
    assertThat(TaskStream.over(events, STOPPED, "6-7")).isTrue();
    assertThat(TaskStream.over(events, STOPPED, "6-6")).isFalse();
  }

  @Test
  void nothingIsOverBeforeTheEndIsHad() {
    // Given
    tellTheEnd();

    // When / Then
    assertThat(TaskStream.over(events, STOPPED, null)).isFalse();
    assertThat(TaskStream.over(events, STOPPED, "6-6")).isFalse();
    assertThat(TaskStream.over(events, STOPPED, "6-7")).isTrue();
    assertThat(TaskStream.over(events, STOPPED, "6-8")).isTrue();
    assertThat(TaskStream.over(events, LIVE, "6-8")).isFalse();
  }

  @Test
  void whoHasTheEndBeforeItsStateIsReadHearsNothingMore() {
    // Given
    tellTheEnd();
    AssertSubscriber<OutboundSseEvent> follower = follow(LIVE, "6-7");
    follower.assertNotTerminated();

    // When
    upToNow.complete(true);

    // Then
    follower.assertCompleted();
    assertThat(follower.getItems()).isEmpty();
  }

  @Test
  void whoHasTheEndOfATaskThatLivesAgainIsToldOfThat() {
    // Given
    tellTheEnd();
    AssertSubscriber<OutboundSseEvent> follower = follow(LIVE, "6-7");

    // When
    events.tell(new Told(6, 9, "e-9", "dev.parley.agent.requested.v1", Samples.requested("c-2")));
    upToNow.complete(true);

    // Then
    follower.assertNotTerminated();
    assertThat(follower.getItems()).extracting(OutboundSseEvent::getId).containsExactly("6-9");
  }

  @Test
  void whoHasTheEndHearsNothingMoreWhenItIsReadLate() {
    // Given
    AssertSubscriber<OutboundSseEvent> follower = follow(STOPPED, "6-7");

    // When
    tellTheEnd();
    upToNow.complete(true);

    // Then
    follower.assertCompleted();
    assertThat(follower.getItems()).isEmpty();
  }
}
