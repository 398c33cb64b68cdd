package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Topic;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnedPartitionTest {
  private static final Set<TopicPartition> ASKING =
      partitions(Topic.AGENT_COMMANDS, Topic.TOOL_RESULTS);
  private static final Set<TopicPartition> ALL =
      partitions(
          Topic.AGENT_COMMANDS,
          Topic.TOOL_RESULTS,
          Topic.ROOM_EVENTS,
          Topic.AGENT_EVENTS,
          Topic.TOOL_CALLS);

  private final MockConsumer<String, byte[]> reading = new MockConsumer<>("earliest");
  private final OwnedPartition partition =
      new OwnedPartition(3, ALL, 100, new TestRooms().tools(), Runnable::run);

  private static Set<TopicPartition> partitions(Topic... topics) {
    return Stream.of(topics)
        .map(topic -> new TopicPartition(topic.topicName(), 3))
        .collect(Collectors.toSet());
  }

  @BeforeEach
  void assigned() {
    reading.assign(ALL);
    reading.pause(ALL);
  }

  private Set<TopicPartition> pausedWith(int underWay) {
    partition.underWay().set(underWay);
    partition.regulate(reading);
    return reading.paused();
  }

  @Test
  void nothingIsReadBeforeItsPastIsKnown() {
    // When / Then
    assertThat(pausedWith(0)).isEqualTo(ALL);
    partition.markRestored(Map.of());
    assertThat(pausedWith(0)).isEmpty();
  }

  @Test
  void commandsWaitBeforeEvidenceDoes() {
    // Given
    partition.markRestored(Map.of());
    assertThat(pausedWith(0)).isEmpty();

    // When / Then
    assertThat(pausedWith(99)).isEmpty();
    assertThat(pausedWith(100)).isEqualTo(ASKING);
    assertThat(pausedWith(399)).isEqualTo(ASKING);
    assertThat(pausedWith(400)).isEqualTo(ALL);
  }

  @Test
  void whatWasFullIsReadAgainWhenHalfOfItIsDone() {
    // Given
    partition.markRestored(Map.of());
    assertThat(pausedWith(400)).isEqualTo(ALL);

    // When / Then
    assertThat(pausedWith(201)).isEqualTo(ALL);
    assertThat(pausedWith(200)).isEqualTo(ASKING);
    assertThat(pausedWith(51)).isEqualTo(ASKING);
    assertThat(pausedWith(50)).isEmpty();
  }
}
