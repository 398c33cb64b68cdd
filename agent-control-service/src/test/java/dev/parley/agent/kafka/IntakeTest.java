package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.BadRow;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final String KEY = Samples.APP + ":" + Samples.ROOM;
  private static final int PARTITION = RoomPartitioner.partition(KEY, Topic.PARTITIONS);
  private static final TopicPartition EVENTS =
      new TopicPartition(Topic.AGENT_EVENTS.topicName(), PARTITION);

  private final TestRooms of = new TestRooms();
  private final PartitionTools tools = of.tools();
  private final OwnedPartition partition =
      new OwnedPartition(PARTITION, Set.of(EVENTS), 100, tools, Runnable::run);
  private final Intake intake = new Intake(tools.tools(), Runnable::run, owned -> true);

  private void take(Class<? extends AgentEvent> type, String value) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(
            EVENTS.topic(), PARTITION, 7, KEY, value.getBytes(StandardCharsets.UTF_8));
    record
        .headers()
        .add("ce_specversion", "1.0".getBytes(StandardCharsets.UTF_8))
        .add("ce_type", PayloadTypes.of(type).value().getBytes(StandardCharsets.UTF_8));
    intake.take(partition, record);
  }

  @Test
  void whatWorkersWroteIsPassedOverUnread() {
    // When
    take(AgentDispatched.class, "not even JSON");

    // Then
    assertThat(partition.progress()).containsEntry(EVENTS, new OffsetAndMetadata(8));
    assertThat(of.written.of(BadRow.class)).isEmpty();
  }

  @Test
  void whatTheGatewayWroteIsReadAndKeptWhenItCannotBe() {
    // When
    take(AgentStageChanged.class, "not even JSON");

    // Then
    assertThat(partition.progress()).containsEntry(EVENTS, new OffsetAndMetadata(8));
    assertThat(of.written.of(BadRow.class)).hasSize(1);
  }

  @Test
  void onlyWhatTheGatewayWritesIsRead() {
    // As the contract says who writes what.
    assertThat(PayloadTypes.all())
        .filteredOn(AgentEvent.class::isAssignableFrom)
        .filteredOn(type -> !RoomWatch.OWN.contains(type))
        .extracting(type -> PayloadTypes.of(type).value())
        .containsExactlyInAnyOrder(
            "dev.parley.agent.stage-changed.v1",
            "dev.parley.agent.run-stage-reported.v1",
            "dev.parley.agent.error-reported.v1",
            "dev.parley.agent.usage-reported.v1");
  }
}
