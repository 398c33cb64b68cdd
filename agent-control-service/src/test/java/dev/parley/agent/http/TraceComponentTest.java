package dev.parley.agent.http;

import static dev.parley.agent.http.Tokens.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.AgentCommand.InterruptAgent;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.AgentStopping;
import dev.parley.events.RoomScoped;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The trace of a call goes into its command, and from there into what becomes of it. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class TraceComponentTest extends AgentApiHarness {
  private static final String OF_START = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String OF_SAY = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  private static final String OF_STOP = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

  @Test
  void aCommandAndItsOutcomeBelongToTheTraceOfTheCall() {
    // Given
    String participant = participant(room, "user-1");

    // When
    String taskId =
        as(participant)
            .header("traceparent", OF_START)
            .body(ASSISTANT)
            .post("/v1/rooms/{room}/agents", room)
            .then()
            .statusCode(202)
            .extract()
            .path("taskId");
    awaitState(taskId, "DISPATCHED");
    as(participant)
        .header("traceparent", OF_SAY)
        .post("/v1/agents/{task}/interrupt", taskId)
        .then()
        .statusCode(202);
    as(participant)
        .header("traceparent", OF_STOP)
        .delete("/v1/agents/{task}", taskId)
        .then()
        .statusCode(202);
    awaitState(taskId, "STOPPED");

    // Then
    List<Envelope<?>> told = told();
    assertThat(traces(told, StartAgent.class)).containsExactly(OF_START);
    assertThat(traces(told, AgentRequested.class)).containsExactly(OF_START);
    assertThat(traces(told, AgentDispatched.class)).containsExactly(OF_START);
    assertThat(traces(told, InterruptAgent.class)).containsExactly(OF_SAY);
    assertThat(traces(told, StopAgent.class)).containsExactly(OF_STOP);
    assertThat(traces(told, AgentStopping.class)).containsExactly(OF_STOP);
    assertThat(traces(told, AgentStopped.class)).containsExactly(OF_STOP);
  }

  @Test
  void whatIsNoTraceparentIsLeftOut() {
    // When
    as(participant(room, "user-1"))
        .header("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01")
        .body(ASSISTANT)
        .post("/v1/rooms/{room}/agents", room)
        .then()
        .statusCode(202);

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(traces(told(), AgentDispatched.class)).hasSize(1));
    assertThat(told()).extracting(Envelope::traceparent).containsOnlyNulls();
  }

  private static List<@Nullable String> traces(List<Envelope<?>> told, Class<?> type) {
    List<@Nullable String> traces = new ArrayList<>();
    told.stream()
        .filter(envelope -> type.isInstance(envelope.data()))
        .forEach(envelope -> traces.add(envelope.traceparent()));
    return traces;
  }

  /** What the topics have about this test's room. */
  private List<Envelope<?>> told() {
    List<Envelope<?>> told = new ArrayList<>();
    try (KafkaConsumer<String, Decoded> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class)),
            new StringDeserializer(),
            new EnvelopeDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic topic : List.of(Topic.AGENT_COMMANDS, Topic.AGENT_EVENTS, Topic.AGENT_TASKS)) {
        for (int i = 0; i < Topic.PARTITIONS; i++) {
          partitions.add(new TopicPartition(topic.topicName(), i));
        }
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record -> {
                  if (record.value() instanceof Decoded.Event event
                      && event.envelope().data() instanceof RoomScoped scoped
                      && scoped.roomId().value().equals(room)) {
                    told.add(event.envelope());
                  }
                });
      }
    }
    return told;
  }
}
