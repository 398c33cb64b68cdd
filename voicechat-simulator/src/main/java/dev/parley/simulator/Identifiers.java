package dev.parley.simulator;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The vendor's rule for room, user, task and business ids. */
public final class Identifiers {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_@.-]{1,128}");

  private Identifiers() {}

  /** Whether {@code text} is 1 to 128 of letters, digits and {@code _ @ . -}. */
  public static boolean valid(@Nullable String text) {
    return text != null && ID.matcher(text).matches();
  }

  /** Returns {@code text}, or throws naming {@code what} when it breaks the rule. */
  public static String require(String what, @Nullable String text) {
    if (text == null || !valid(text)) {
      throw new IllegalArgumentException(
          what + " must be 1 to 128 of letters, digits and _ @ . -, but was '" + text + "'");
    }
    return text;
  }
}
