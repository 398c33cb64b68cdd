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
  private static final Recent<UserId> RECENT = new Recent<>(UserId::new, UserId::value);

  public UserId {
    IdRule.checked("userId", value);
  }

  /** The id of that name, often the same object as before. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static UserId of(String value) {
    return RECENT.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
