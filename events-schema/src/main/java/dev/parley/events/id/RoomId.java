package dev.parley.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.events.About;
import dev.parley.events.Sensitivity;

/**
 * The room: the place where users and agents meet. 1 to 128 characters of {@code a-z A-Z 0-9 _ @ .
 * -}.
 */
@About(
    value = "The room: the place where users and agents meet.",
    example = "Room123",
    sensitivity = Sensitivity.NONE,
    pattern = IdRule.PATTERN)
public record RoomId(@JsonValue String value) {
  private static final Recent<RoomId> RECENT = new Recent<>(RoomId::new, RoomId::value);

  public RoomId {
    IdRule.checked("roomId", value);
  }

  /** The id of that name, often the same object as before. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static RoomId of(String value) {
    return RECENT.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
