package dev.parley.token.app;

import dev.parley.token.AccessToken;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an inspection finds.
 *
 * @param token what the token says, where it can be read; to be trusted only when {@code genuine}
 * @param genuine whether a key of its application signed it
 * @param previousKey whether that was the previous key
 * @param findings what is wrong, the gravest first; empty for a token that admits
 */
public record Inspection(
    @Nullable AccessToken token, boolean genuine, boolean previousKey, List<Finding> findings) {
  /** Most privileges that are listed: three times as many as there are known ones. */
  public static final int MOST_PRIVILEGES = 15;

  /** Most characters of an id that are shown: as many as an id can have. */
  private static final int MOST_CHARACTERS = 128;

  public Inspection {
    findings = List.copyOf(findings);
  }

  /**
   * An id of a token as answers show it. Whoever can write a token can put 64 KiB into one id, and
   * would get it back several times.
   */
  public static String shown(String id) {
    return id.codePointCount(0, id.length()) <= MOST_CHARACTERS
        ? id
        : id.substring(0, id.offsetByCodePoints(0, MOST_CHARACTERS))
            + "... ("
            + id.length()
            + " characters)";
  }

  /** One thing that is wrong, in words and with how to mend it. */
  public record Finding(Code code, String detail) {}

  /** What can be wrong. */
  public enum Code {
    NOT_A_TOKEN,
    OTHER_VERSION,
    TRUNCATED,
    MALFORMED,
    UNKNOWN_APP,
    WRONG_APP_KEY,
    EXPIRED,
    ISSUED_IN_FUTURE,
    OTHER_ROOM,
    OTHER_USER,
    NO_PRIVILEGES,
    PRIVILEGE_EXPIRED,
    UNKNOWN_PRIVILEGE;

    /** The code as answers spell it. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
