package dev.parley.room.ingest;

import dev.parley.kit.session.Session;
import java.time.Instant;

/**
 * A session whose token verified.
 *
 * @param expiresAt from then on it counts no more
 */
public record VerifiedSession(Session session, Instant expiresAt) {}
