package dev.parley.token.policy;

import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.Grant;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.Decision.Allowed;
import dev.parley.token.policy.Decision.Code;
import dev.parley.token.policy.Decision.Refused;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides who may have which token. Pure but for the ids of fresh rooms. Nothing that a caller
 * writes into a request widens what its verified JWT and the settings allow.
 */
public final class Policy {
  /** How ids of agents begin. A person of such an id would pass for an agent in every record. */
  private static final String AGENT_PREFIX = "agent-";

  private static final Set<Role> ENTERING = Set.of(Role.PARTICIPANT, Role.OPERATOR);

  private final Rights rights;
  private final FreshRooms freshRooms;

  /** Decides by these rights. */
  public Policy(Rights rights, FreshRooms freshRooms) {
    this.rights = rights;
    this.freshRooms = freshRooms;
  }

  /**
   * What roles may do beyond their own room and user.
   *
   * @param otherUsers roles that may have tokens of other users
   * @param everyRoom roles that may have a token for every room at once
   * @param freshRooms whether a participant may have a room of its own
   */
  public record Rights(Set<Role> otherUsers, Set<Role> everyRoom, boolean freshRooms) {
    public Rights {
      otherUsers = Set.copyOf(otherUsers);
      everyRoom = Set.copyOf(everyRoom);
    }
  }

  /** Decides one request. */
  public Decision decide(TokenRequest request) {
    App app = request.app();
    Caller caller = request.caller();
    if (!app.isOpenTo(caller.provider())) {
      return new Refused(
          Code.APP_NOT_ALLOWED,
          "Callers of your identity provider may not use this application: name another app.");
    }
    if (Collections.disjoint(caller.roles(), ENTERING)) {
      return new Refused(
          Code.ROLE_NOT_ALLOWED,
          "Only participants and operators get access tokens: ask for a role that enters rooms.");
    }
    Optional<UserId> user = request.userId().or(caller::userId);
    if (user.isEmpty()) {
      return new Refused(
          Code.USER_ID_UNUSABLE,
          "The caller's subject is not a user id (1 to 128 of a-z A-Z 0-9 _ @ . -): have the"
              + " operator configure another claim for the user id.");
    }
    if (!caller.userId().equals(user)
        && Collections.disjoint(caller.roles(), rights.otherUsers())) {
      return new Refused(
          Code.USER_NOT_ALLOWED,
          "A token of another user needs a role that may act for others: leave userId out.");
    }
    if (user.get().value().startsWith(AGENT_PREFIX)) {
      return new Refused(
          Code.USER_ID_RESERVED,
          "User ids that begin with " + AGENT_PREFIX + " belong to agents: name another userId.");
    }
    Set<Privilege> privileges = request.privileges().orElse(app.defaultPrivileges());
    if (!Privilege.widened(app.allowedPrivileges()).containsAll(privileges)) {
      return new Refused(
          Code.PRIVILEGE_NOT_ALLOWED,
          "This application grants only " + names(app.allowedPrivileges()) + ".");
    }
    Duration ttl = request.ttl().orElse(app.defaultTtl());
    if (ttl.compareTo(app.minTtl()) < 0) {
      return new Refused(
          Code.TTL_TOO_SHORT,
          "ttlSeconds must be at least "
              + app.minTtl().toSeconds()
              + ": a shorter token ends before a client can renew it.");
    }
    return switch (request.room().orElse(null)) {
      case null -> freshRoom(request, user.get(), privileges, ttl);
      case RoomScope.OneRoom one ->
          mayEnter(app, caller, one.roomId())
              ? allowed(request, one, user.get(), privileges, ttl)
              : new Refused(
                  Code.ROOM_NOT_ALLOWED,
                  "The caller may not enter this room: leave roomId out for a room of your own, or"
                      + " ask for access to this one.");
      case RoomScope.EveryRoom every ->
          Collections.disjoint(caller.roles(), rights.everyRoom())
              ? new Refused(
                  Code.EVERY_ROOM_NOT_ALLOWED,
                  "A token for every room needs a role that has this right: name one room.")
              : allowed(request, every, user.get(), privileges, ttl);
    };
  }

  private Decision freshRoom(
      TokenRequest request, UserId user, Set<Privilege> privileges, Duration ttl) {
    Caller caller = request.caller();
    if (!rights.freshRooms() && !caller.roles().contains(Role.OPERATOR)) {
      return new Refused(
          Code.ROOM_NOT_ALLOWED, "Rooms of one's own are switched off here: name a room.");
    }
    RoomId room = freshRooms.mint(request.app(), owner(caller));
    return allowed(request, new RoomScope.OneRoom(room), user, privileges, ttl);
  }

  private boolean mayEnter(App app, Caller caller, RoomId room) {
    return caller.roles().contains(Role.OPERATOR)
        || app.openRooms().stream().anyMatch(pattern -> pattern.matches(room))
        || caller.rooms().stream().anyMatch(pattern -> pattern.matches(room))
        || (rights.freshRooms() && FreshRooms.belongs(app, owner(caller), room));
  }

  private static Allowed allowed(
      TokenRequest request, RoomScope room, UserId user, Set<Privilege> privileges, Duration ttl) {
    return new Allowed(new Grant(room, user, privileges, ttl), false).cutTo(request.app().maxTtl());
  }

  private static FreshRooms.Owner owner(Caller caller) {
    return new FreshRooms.Owner(caller.issuer(), caller.subject());
  }

  private static String names(Set<Privilege> privileges) {
    return privileges.isEmpty()
        ? "nothing"
        : privileges.stream()
            .sorted(Comparator.comparing(Privilege::number))
            .map(Privilege::wireName)
            .collect(Collectors.joining(", "));
  }
}
