package dev.parley.token;

import dev.parley.events.id.UserId;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a token is to be issued for, decided and allowed. */
public record Grant(RoomScope room, UserId userId, Set<Privilege> privileges, Duration ttl) {
  public Grant {
    EnumSet<Privilege> copy = EnumSet.noneOf(Privilege.class);
    copy.addAll(privileges);
    privileges = Collections.unmodifiableSet(copy);
    if (!ttl.truncatedTo(ChronoUnit.SECONDS).equals(ttl) || !ttl.isPositive()) {
      throw new IllegalArgumentException("ttl must be whole seconds, at least one, is " + ttl);
    }
  }
}
