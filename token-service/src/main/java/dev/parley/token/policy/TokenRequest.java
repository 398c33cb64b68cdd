package dev.parley.token.policy;

import dev.parley.events.id.UserId;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.caller.Caller;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller asks for. Everything optional has a default that is the caller's own.
 *
 * @param room empty for a fresh one
 * @param userId empty for the caller's own
 * @param privileges empty for the application's default; a present empty set asks for none
 * @param ttl empty for the application's default
 */
public record TokenRequest(
    App app,
    Caller caller,
    Optional<RoomScope> room,
    Optional<UserId> userId,
    Optional<Set<Privilege>> privileges,
    Optional<Duration> ttl) {}
