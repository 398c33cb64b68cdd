package dev.parley.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.events.About;
import dev.parley.events.Sensitivity;

/**
 * One run of an agent in a room, named by Parley. 1 to 128 characters of {@code a-z A-Z 0-9 _ @ .
 * -}.
 */
@About(
    value = "One run of an agent in a room, named by Parley.",
    example = "t-5d41402abc4b2a76b9719d911017c592",
    sensitivity = Sensitivity.NONE,
    pattern = IdRule.PATTERN)
public record TaskId(@JsonValue String value) {
  private static final Recent<TaskId> RECENT = new Recent<>(TaskId::new, TaskId::value);

  public TaskId {
    IdRule.checked("taskId", value);
  }

  /** The id of that name, often the same object as before. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static TaskId of(String value) {
    return RECENT.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
