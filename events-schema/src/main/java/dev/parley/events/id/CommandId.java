package dev.parley.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.events.About;
import dev.parley.events.Sensitivity;

/**
 * One command to an agent; a retried command keeps it. 1 to 128 characters of {@code a-z A-Z 0-9
 * _ @ . -}.
 */
@About(
    value = "One command to an agent; a retried command keeps it.",
    example = "c-7215ee9c7d9dc229d2921a40e899ec5f",
    sensitivity = Sensitivity.NONE,
    pattern = IdRule.PATTERN)
public record CommandId(@JsonValue String value) {
  private static final Recent<CommandId> RECENT = new Recent<>(CommandId::new, CommandId::value);

  public CommandId {
    IdRule.checked("commandId", value);
  }

  /** The id of that name, often the same object as before. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static CommandId of(String value) {
    return RECENT.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
