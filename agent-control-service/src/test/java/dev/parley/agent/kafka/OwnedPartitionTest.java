package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentTaskState.Requested;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.TaskSnapshots;
import dev.parley.events.AgentTask;
import dev.parley.events.Topic;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
  private static final Set<TopicPartition> TELLING =
      partitions(Topic.ROOM_EVENTS, Topic.AGENT_EVENTS, Topic.TOOL_CALLS);
  private static final Set<TopicPartition> ALL =
      partitions(
          Topic.AGENT_COMMANDS,
          Topic.TOOL_RESULTS,
          Topic.ROOM_EVENTS,
          Topic.AGENT_EVENTS,
          Topic.TOOL_CALLS);

  private final MockConsumer<String, byte[]> reading = new MockConsumer<>("earliest");
  private final TestRooms of = new TestRooms();
  private final OwnedPartition partition =
      new OwnedPartition(3, ALL, 100, of.tools(), Runnable::run);

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
    partition.regulate(reading, true);
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

  @Test
  void whatIsToldIsReadOnlyWhenItIsWanted() {
    // Given
    partition.markRestored(Map.of());
    assertThat(pausedWith(0)).isEmpty();

    // When
    partition.regulate(reading, false);

    // Then
    assertThat(reading.paused()).isEqualTo(TELLING);
    assertThat(pausedWith(300)).isEqualTo(ASKING);
  }

  @Test
  void whatIsFullWaitsAlsoWhenItIsWantedAgain() {
    // Given
    partition.markRestored(Map.of());
    assertThat(pausedWith(400)).isEqualTo(ALL);
    partition.underWay().set(300);

    // When
    partition.regulate(reading, false);
    partition.regulate(reading, true);

    // Then
    assertThat(reading.paused()).isEqualTo(ALL);
  }

  @Test
  void ofWhatItTakesOverTooTheEldestIsForgotten() throws InterruptedException {
    // Given
    for (int each = 1; each <= 3; each++) {
      Instant endedAt = NOW.minus(Duration.ofHours(each));
      partition.takeOver(
          TaskSnapshots.snapshot(
              new Requested(facts(each)).endedByCloud(endedAt), null, null, null, endedAt),
          null);
    }

    // When
    List<Room> due = new ArrayList<>();
    partition.rooms().tick(of.time.instant(), occupant -> due.add(occupant.room()));
    for (Room each : due) {
      each.tick();
    }

    // Then
    assertThat(of.written.erased())
        .extracting(AgentTask::taskId)
        .containsExactly(new TaskId("t-3"));
  }

  private static TaskFacts facts(int number) {
    return new TaskFacts(
        APP,
        new RoomId("Room" + number),
        new TaskId("t-" + number),
        "assistant",
        AGENT,
        TARGET,
        NOW.minus(Duration.ofHours(number + 1)),
        new CommandId("c-" + number),
        new CommandId("c-" + number));
  }
}
