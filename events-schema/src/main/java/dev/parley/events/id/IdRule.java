package dev.parley.events.id;

import dev.parley.events.RefusedValueException;

/**
 * The vendor's rule for ids: 1 to 128 characters of {@code a-z A-Z 0-9 _ @ . -}. Source: the id
 * rules of {@code joinRoom} in the Web SDK and of the OpenAPI's RoomId, UserId, BusinessId and
 * TaskId.
 */
final class IdRule {
  static final int MAX_LENGTH = 128;

  /** The same rule for the published schema. */
  static final String PATTERN = "^[A-Za-z0-9_@.-]{1,128}$";

  private IdRule() {}

  /**
   * @return the value itself
   * @throws RefusedValueException names the kind of id and what is wrong with it
   */
  static String checked(String kind, String value) {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new RefusedValueException(
          kind + " must have 1 to " + MAX_LENGTH + " characters, has " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      if (!allowed(value.charAt(i))) {
        throw new RefusedValueException(
            kind + " may hold only a-z A-Z 0-9 _ @ . - ; character " + (i + 1) + " is not one");
      }
    }
    return value;
  }

  private static boolean allowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '@'
        || c == '.'
        || c == '-';
  }
}
