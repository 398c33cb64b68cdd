package dev.parley.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.events.About;
import dev.parley.events.Sensitivity;

/**
 * One running instance of a client application; counts its own events. 1 to 128 characters of
 * {@code a-z A-Z 0-9 _ @ . -}.
 */
@About(
    value = "One running instance of a client application; counts its own events.",
    example = "web-8f14e45f",
    sensitivity = Sensitivity.PERSONAL,
    pattern = IdRule.PATTERN)
public record ClientId(@JsonValue String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ClientId {
    IdRule.checked("clientId", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
