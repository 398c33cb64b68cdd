package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.FakeVoiceChatApi.Call;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.EventPublisher.Draft;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked for again, with the same key, while Kafka has not acknowledged it yet. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class RequestInFlightComponentTest extends AgentApiHarness {
  private final CountDownLatch released = new CountDownLatch(1);
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void release() {
    released.countDown();
  }

  /** Nothing that this instance writes is acknowledged any more until it is released. */
  private void holdKafka() {
    CountDownLatch held = new CountDownLatch(1);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Thread caller = Thread.currentThread();
              CompletionStage<Void> unused =
                  publisher
                      .send(nothingNew())
                      .thenRun(
                          () -> {
                            // It is the producer's thread that is held, unless it was faster.
                            if (Thread.currentThread() != caller) {
                              held.countDown();
                              awaitRelease();
                            }
                          });
              return held.await(1, TimeUnit.SECONDS);
            });
  }

  private Draft nothingNew() {
    return new Draft(
        new AgentRunStageReported(
            new AppId(Tokens.APP),
            new RoomId(room),
            System.currentTimeMillis(),
            new TaskId("t-nobody"),
            null,
            0,
            "taskStart"),
        UUID.randomUUID().toString());
  }

  private void awaitRelease() {
    try {
      boolean unused = released.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Response post(String path, String id, String body) {
    return as(participant(room, "user-1"))
        .header("Idempotency-Key", "in-flight-1")
        .body(body)
        .post(path, id);
  }

  @Test
  void aStartThatIsCarriedOutRightNowIsNotAnsweredTwice() {
    // When / Then
    Response answered =
        onlyOneIsAnswered(
            () -> post("/v1/rooms/{room}/agents", room, ASSISTANT),
            () ->
                post(
                    "/v1/rooms/{room}/agents",
                    room,
                    "{\"scene\":\"assistant\",\"welcomeMessage\":\"other\"}"));
    String taskId = answered.path("taskId");
    awaitState(taskId, "DISPATCHED");
    assertThat(cloud.startsOf(taskId)).isEqualTo(1);
  }

  @Test
  void aTextThatIsHandedOverRightNowIsNotSpokenTwice() {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");

    // When / Then
    Response unused =
        onlyOneIsAnswered(
            () -> post("/v1/agents/{task}/say", taskId, "{\"text\":\"hello\"}"),
            () -> post("/v1/agents/{task}/say", taskId, "{\"text\":\"bye\"}"));
    as(participant(room, "user-1")).delete("/v1/agents/{task}", taskId).then().statusCode(202);
    awaitState(taskId, "STOPPED");
    assertThat(callsOf(taskId))
        .extracting(Call::action)
        .containsExactly(Action.START, Action.UPDATE, Action.STOP);
  }

  private Response onlyOneIsAnswered(Supplier<Response> request, Supplier<Response> otherBody) {
    // Given
    holdKafka();

    // When: which of the two comes first does not matter
    CompletableFuture<Response> one = CompletableFuture.supplyAsync(request, threads);
    CompletableFuture<Response> two = CompletableFuture.supplyAsync(request, threads);
    Response refused =
        one.applyToEither(two, first -> first).orTimeout(40, TimeUnit.SECONDS).join();

    // Then
    isProblem(refused.then(), 409, "request_in_progress");
    refused
        .then()
        .header("Retry-After", "1")
        .body("type", equalTo("urn:parley:problem:request_in_progress"))
        .body("title", equalTo("Request in progress"))
        .body("status", equalTo(409))
        .body(
            "detail",
            equalTo("A request with this Idempotency-Key is being carried out: ask again later."));
    isProblem(otherBody.get().then(), 422, "idempotency_key_reused");
    assertThat(one.isDone() && two.isDone()).isFalse();

    // When
    released.countDown();

    // Then: the first is carried out, and whoever asks again is answered like it
    CompletableFuture<Response> other =
        one.thenCombine(two, (a, b) -> a.statusCode() == 409 ? b : a);
    Response answered = other.orTimeout(40, TimeUnit.SECONDS).join();
    answered.then().statusCode(202);
    request
        .get()
        .then()
        .statusCode(202)
        .body("taskId", equalTo(answered.path("taskId")))
        .body("commandId", equalTo(answered.path("commandId")));
    return answered;
  }
}
