package dev.parley.token.audit;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where the audit trail is kept. */
public interface AuditSink {
  /** Writes in order; completes when all are kept, fails when one is not. */
  CompletionStage<Void> write(List<AuditRecord> records);
}
