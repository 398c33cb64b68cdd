package dev.parley.token.caller;

import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.RoomPattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls, from a verified bearer JWT.
 *
 * @param provider the configured name of the identity provider
 * @param issuer the provider's {@code iss}; a subject is unique only with it
 * @param subject the {@code sub}
 * @param userId the user that the caller is in rooms; empty when its claim is not a user id
 * @param roles what it may do
 * @param rooms rooms that its JWT lets it enter
 * @param expiresAt when the JWT ends
 */
public record Caller(
    String provider,
    String issuer,
    String subject,
    Optional<UserId> userId,
    Set<Role> roles,
    List<RoomPattern> rooms,
    Instant expiresAt) {
  public Caller {
    roles = Set.copyOf(roles);
    rooms = List.copyOf(rooms);
  }
}
