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
  private static final Recent<ClientId> RECENT = new Recent<>(ClientId::new, ClientId::value);

  public ClientId {
    IdRule.checked("clientId", value);
  }

  /** The id of that name, often the same object as before. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ClientId of(String value) {
    return RECENT.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
