package dev.parley.token.app;

import dev.parley.events.id.AppId;
import dev.parley.token.Privilege;
import dev.parley.token.RoomPattern;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One application of the account, as configured.
 *
 * @param name what requests call it
 * @param minTtl below it a token would end before a client could renew it
 * @param defaultTtl for requests that name none
 * @param maxTtl longer requests are cut to it
 * @param allowedPrivileges what anybody may get
 * @param defaultPrivileges for requests that name none
 * @param openRooms rooms that every caller may enter
 * @param issuers names of the identity providers whose callers may use it; empty for all
 */
public record App(
    String name,
    AppId id,
    AppKeys keys,
    Duration minTtl,
    Duration defaultTtl,
    Duration maxTtl,
    Set<Privilege> allowedPrivileges,
    Set<Privilege> defaultPrivileges,
    List<RoomPattern> openRooms,
    Set<String> issuers) {
  public App {
    allowedPrivileges = Set.copyOf(allowedPrivileges);
    defaultPrivileges = Set.copyOf(defaultPrivileges);
    openRooms = List.copyOf(openRooms);
    issuers = Set.copyOf(issuers);
    if (minTtl.compareTo(defaultTtl) > 0) {
      throw new IllegalArgumentException("default-ttl must be at least " + minTtl);
    }
    if (defaultTtl.compareTo(maxTtl) > 0) {
      throw new IllegalArgumentException("default-ttl must not exceed max-ttl");
    }
    if (!Privilege.widened(allowedPrivileges).containsAll(defaultPrivileges)) {
      throw new IllegalArgumentException("default-privileges must be among allowed-privileges");
    }
  }

  /** Whether callers of an identity provider may use it. */
  public boolean isOpenTo(String provider) {
    return issuers.isEmpty() || issuers.contains(provider);
  }
}
