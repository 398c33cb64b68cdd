package dev.parley.token.audit;

import dev.parley.events.TokenEvent;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit trail.
 *
 * @param id stable, and nothing that a caller chooses: a reader drops what it has seen
 * @param traceparent W3C trace context of the call, where it carried one
 */
public record AuditRecord(String id, TokenEvent event, @Nullable String traceparent) {

  /** The line of one of the things that a request is about, counted from 0. */
  public static AuditRecord of(
      String requestId, int index, TokenEvent event, @Nullable String traceparent) {
    return new AuditRecord(requestId + "-" + index, event, traceparent);
  }
}
