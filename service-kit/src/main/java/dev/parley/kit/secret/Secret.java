package dev.parley.kit.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A text that must not print itself: keys, shared signatures, passwords. */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /**
   * Wraps a secret.
   *
   * @throws IllegalArgumentException when it is blank
   */
  public static Secret of(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a secret must not be blank");
    }
    return new Secret(value);
  }

  /** The text itself; never for logs, events or answers. */
  public String reveal() {
    return value;
  }

  /** The text as UTF-8. */
  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** Compares in time that does not depend on where the texts differ. */
  public boolean matches(String other) {
    return MessageDigest.isEqual(bytes(), other.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && matches(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "****";
  }
}
