package dev.parley.token.kafka;

import dev.parley.kit.kafka.EventPublisher;
import dev.parley.token.audit.AuditRecord;
import dev.parley.token.audit.AuditSink;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Keeps the audit trail on {@code rtc.token.events}. */
public final class KafkaAuditSink implements AuditSink {
  private final EventPublisher publisher;

  public KafkaAuditSink(EventPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public CompletionStage<Void> write(List<AuditRecord> records) {
    return publisher
        .publishAll(
            records.stream()
                .map(
                    record ->
                        new EventPublisher.Draft(record.event(), record.id(), record.traceparent()))
                .toList())
        .subscribeAsCompletionStage();
  }
}
