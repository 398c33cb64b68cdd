package dev.parley.token.audit;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Takes what must be on record before a caller is answered. */
public interface AuditTrail {
  /** Completes when the caller may be answered; fails when it must not get what it asked for. */
  CompletionStage<Void> record(List<AuditRecord> records);

  /** Records that wait. */
  int waiting();

  /** Records lost because more waited than may. */
  long lost();
}
