package dev.parley.token.audit;

import dev.parley.events.TokenEvent;

/**
 * One line of the audit trail.
 *
 * @param id stable, and nothing that a caller chooses: a reader drops what it has seen
 */
public record AuditRecord(String id, TokenEvent event) {}
