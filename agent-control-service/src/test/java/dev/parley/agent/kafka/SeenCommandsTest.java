package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.events.id.CommandId;
import org.junit.jupiter.api.Test;

class SeenCommandsTest {
  private final SeenCommands seen = new SeenCommands();

  @Test
  void theSameRequestAtAnotherTimeIsTheSame() {
    // Given
    seen.note(Samples.say(ROOM, TASK, "c-1", "hello", NOW));

    // When / Then
    assertThat(seen.find(new CommandId("c-1")))
        .contains(
            SeenCommands.contentOf(Samples.say(ROOM, TASK, "c-1", "hello", NOW.plusSeconds(5))));
  }

  @Test
  void anotherBodyIsAnother() {
    // Given
    seen.note(Samples.say(ROOM, TASK, "c-1", "hello", NOW));

    // When / Then
    assertThat(seen.find(new CommandId("c-1")).orElseThrow())
        .isNotEqualTo(SeenCommands.contentOf(Samples.say(ROOM, TASK, "c-1", "bye", NOW)));
    assertThat(seen.find(new CommandId("c-2"))).isEmpty();
  }
}
