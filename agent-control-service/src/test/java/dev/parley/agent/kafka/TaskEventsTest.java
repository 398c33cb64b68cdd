package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentEvent.AgentDispatched;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskEventsTest {
  private final TaskEvents events = new TaskEvents(2);
  private final List<Long> heard = new ArrayList<>();

  private void tell(long offset, String eventId) {
    events.tell(
        new Told(
            "3-" + offset,
            offset,
            eventId,
            "dev.parley.agent.dispatched.v1",
            new AgentDispatched(APP, ROOM, NOW.toEpochMilli(), TASK, null)));
  }

  @Test
  void aFactThatIsToldAgainIsHeardOnce() {
    // Given
    Runnable unused = events.follow(APP, TASK, -1, told -> heard.add(told.offset()));

    // When
    tell(7, "a");
    tell(8, "a");
    tell(9, "b");

    // Then
    assertThat(heard).containsExactly(7L, 9L);
  }

  @Test
  void whoComesLaterHearsTheNewest() {
    // Given
    tell(7, "a");
    tell(8, "b");
    tell(9, "c");

    // When
    Runnable unused = events.follow(APP, TASK, -1, told -> heard.add(told.offset()));

    // Then
    assertThat(heard).containsExactly(8L, 9L);
  }
}
