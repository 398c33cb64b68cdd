package dev.parley.token.policy;

import dev.parley.token.Grant;
import java.time.Duration;
import java.util.Locale;

/** What the policy makes of a request. */
public sealed interface Decision {

  /**
   * The token may be issued.
   *
   * @param ttlClamped whether the ttl is shorter than asked for
   */
  record Allowed(Grant grant, boolean ttlClamped) implements Decision {
    /** The same, but no longer than {@code max}. */
    public Allowed cutTo(Duration max) {
      return grant.ttl().compareTo(max) <= 0
          ? this
          : new Allowed(new Grant(grant.room(), grant.userId(), grant.privileges(), max), true);
    }
  }

  /**
   * The token must not be issued.
   *
   * @param detail one sentence for the caller, which says how to mend the call
   */
  record Refused(Code code, String detail) implements Decision {}

  /** Why a token is refused. */
  enum Code {
    APP_NOT_ALLOWED,
    ROLE_NOT_ALLOWED,
    USER_NOT_ALLOWED,
    ROOM_NOT_ALLOWED,
    EVERY_ROOM_NOT_ALLOWED,
    PRIVILEGE_NOT_ALLOWED,
    POLICY_REFUSED,
    POLICY_UNAVAILABLE,
    USER_ID_UNUSABLE,
    USER_ID_RESERVED,
    TTL_TOO_SHORT;

    /** The code as answers spell it. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
