package dev.parley.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.events.About;
import dev.parley.events.Sensitivity;

/** A user of a room, human or agent. 1 to 128 characters of {@code a-z A-Z 0-9 _ @ . -}. */
@About(
    value = "A user of a room, human or agent.",
    example = "alice",
    sensitivity = Sensitivity.PERSONAL,
    pattern = IdRule.PATTERN)
public record UserId(@JsonValue String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public UserId {
    IdRule.checked("userId", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
