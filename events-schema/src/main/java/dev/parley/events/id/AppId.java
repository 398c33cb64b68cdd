package dev.parley.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.events.About;
import dev.parley.events.RefusedValueException;

/**
 * An RTC application of the account: exactly 24 letters and digits, because access tokens carry it
 * without a length.
 */
@About(
    value = "The RTC application of the account.",
    example = "123456781234567812345678",
    pattern = "^[A-Za-z0-9]{24}$")
public record AppId(@JsonValue String value) {
  private static final Recent<AppId> RECENT = new Recent<>(AppId::new, AppId::value);

  /** Characters of every AppId. */
  public static final int LENGTH = 24;

  public AppId {
    if (value.length() != LENGTH) {
      throw new RefusedValueException(
          "appId must have " + LENGTH + " characters, has " + value.length());
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = value.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) {
        throw new RefusedValueException(
            "appId may hold only letters and digits; character " + (i + 1) + " is not one");
      }
    }
  }

  /** The id of that name, often the same object as before. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static AppId of(String value) {
    return RECENT.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
