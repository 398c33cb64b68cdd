package dev.parley.token.audit;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** No record, no token: the caller waits for the sink, and is refused when it fails. */
public final class AwaitedAudit implements AuditTrail {
  private final AuditSink sink;

  public AwaitedAudit(AuditSink sink) {
    this.sink = sink;
  }

  @Override
  public CompletionStage<Void> record(List<AuditRecord> records) {
    return sink.write(records);
  }

  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public long lost() {
    return 0;
  }
}
