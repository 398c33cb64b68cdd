package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.scene.ToolWaiting;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentToolAnsweredLate;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.AgentTask;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Function calls are answered once, in time or with what stands in for an answer. */
class ToolCallsIT extends WorkerHarness {
  @Test
  void aToolWorkersAnswerReachesTheAgentOnce() throws InterruptedException {
    // Given
    start();
    running();
    ToolResult result =
        new ToolResult(APP, room, System.currentTimeMillis(), null, "call_1", "sunny");

    // When
    publish(result);
    publish(result);
    publish(Samples.stop(room, task, commandId("c-stop"), Instant.now()));

    // Then
    awaitState(task, AgentTask.State.STOPPED);
    assertThat(cloud.calls())
        .filteredOn(call -> call.task().equals(task.value()))
        .extracting(call -> call.action() + call.command())
        .containsExactly("START", "UPDATEfunction", "STOP");
  }

  private void called(String toolCallId) throws InterruptedException {
    publish(
        new ToolCall(
            APP,
            room,
            System.currentTimeMillis(),
            task,
            AGENT,
            toolCallId,
            "get_current_weather",
            "{}"));
  }

  private void answered(String toolCallId) throws InterruptedException {
    publish(new ToolResult(APP, room, System.currentTimeMillis(), task, toolCallId, "sunny"));
  }

  private List<String> updates() {
    return cloud.calls().stream()
        .filter(call -> call.task().equals(task.value()) && call.action() == Action.UPDATE)
        .map(call -> call.command() + " " + call.message())
        .toList();
  }

  @Test
  void parallelCallsThatNobodyAnswersEndTheTurnWithOneComfortSentence()
      throws InterruptedException {
    // Given
    toolWaiting = Optional.of(new ToolWaiting(Duration.ofMillis(500), "I could not find out."));
    start();
    running();

    // When
    called("call_1");
    called("call_2");
    called("call_2");

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.events(task))
                    .filteredOn(AgentToolCallExpired.class::isInstance)
                    .extracting(event -> ((AgentToolCallExpired) event).toolCallId())
                    .containsExactly("call_1", "call_2"));
    assertThat(updates()).first().isEqualTo("ExternalTextToSpeech I could not find out.");
    // Calls that came a moment apart may be two turns, never more.
    assertThat(updates().size()).isLessThanOrEqualTo(2);
  }

  @Test
  void aCallThatNobodyAnswersGetsAResultThatSaysSo() throws InterruptedException {
    // Given
    toolWaiting = Optional.of(new ToolWaiting(Duration.ofMillis(300), null));
    start();
    running();

    // When
    called("call_1");

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentToolCallExpired.class));
    assertThat(updates())
        .containsExactly(
            "function {\"ToolCallID\":\"call_1\",\"Content\":\"{\\\"error\\\":\\\"The tool did not"
                + " answer in time.\\\"}\"}");
  }

  @Test
  void anAnswerInTimeIsHandedOverAndALateOneIsMarked() throws InterruptedException {
    // Given
    toolWaiting = Optional.of(new ToolWaiting(Duration.ofSeconds(2), "One moment."));
    start();
    running();
    called("call_1");
    called("call_2");

    // When
    answered("call_1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentToolCallExpired.class));
    answered("call_2");

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.events(task))
                    .filteredOn(AgentToolAnsweredLate.class::isInstance)
                    .singleElement()
                    .satisfies(
                        event ->
                            assertThat(((AgentToolAnsweredLate) event).toolCallId())
                                .isEqualTo("call_2")));
    assertThat(updates())
        .containsExactly(
            "function {\"ToolCallID\":\"call_1\",\"Content\":\"sunny\"}",
            "ExternalTextToSpeech One moment.");
  }

  @Test
  void theNextWorkerGoesOnWaitingWhenTheCloudDidNotTakeTheAnswer() throws InterruptedException {
    // Given
    toolWaiting = Optional.of(new ToolWaiting(Duration.ofSeconds(3), null));
    CommandLoop first = start();
    running();
    cloud.answering(
        call ->
            call.message().contains("sunny")
                ? new CloudProblem.Rejected("InvalidParameter", null)
                : null);
    called("call_1");
    answered("call_1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentCommandRefused.class));

    // When
    first.crash();
    start();

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentToolCallExpired.class));
    // Kafka may deliver the refused answer to the next worker as well, which tries it once more: it
    // did not reach the agent.
    String refused = "function {\"ToolCallID\":\"call_1\",\"Content\":\"sunny\"}";
    String instead =
        "function {\"ToolCallID\":\"call_1\",\"Content\":\"{\\\"error\\\":\\\"The tool did not"
            + " answer in time.\\\"}\"}";
    assertThat(updates())
        .startsWith(refused)
        .endsWith(instead)
        .containsOnly(refused, instead)
        .containsOnlyOnce(instead);
  }

  @Test
  void theNextWorkerGoesOnWaitingAndKnowsWhatIsLate() throws InterruptedException {
    // Given
    toolWaiting = Optional.of(new ToolWaiting(Duration.ofSeconds(1), "One moment."));
    CommandLoop first = start();
    running();
    called("call_1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentToolCallExpired.class));
    toolWaiting = Optional.of(new ToolWaiting(Duration.ofSeconds(3), "One moment."));
    called("call_2");

    // When
    first.crash();
    start();
    answered("call_1");

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reader.events(task))
                    .filteredOn(AgentToolCallExpired.class::isInstance)
                    .extracting(event -> ((AgentToolCallExpired) event).toolCallId())
                    .containsExactly("call_1", "call_2"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(reader.eventTypes(task)).contains(AgentToolAnsweredLate.class));
    assertThat(updates())
        .containsExactly("ExternalTextToSpeech One moment.", "ExternalTextToSpeech One moment.");
  }
}
