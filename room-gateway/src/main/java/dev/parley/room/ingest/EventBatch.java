package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kit.kafka.EventPublisher.Draft;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the reports of a batch, each by itself: one that is refused does not hold up the others.
 */
public final class EventBatch {
  private final ReportTaker taker;
  private final long arrivedMillis;
  private final Function<Draft, CompletionStage<Void>> publisher;

  public EventBatch(
      ReportTaker taker, long arrivedMillis, Function<Draft, CompletionStage<Void>> publisher) {
    this.taker = taker;
    this.arrivedMillis = arrivedMillis;
    this.publisher = publisher;
  }

  /**
   * What became of one report.
   *
   * @param status {@code kept}, {@code sampled_out} or {@code refused}
   */
  public record Result(
      @Nullable Long sequence, String status, @Nullable String code, @Nullable String detail) {}

  /**
   * Hands the reports to Kafka in their order.
   *
   * @return completes with one result per report when Kafka has all that is kept; fails when it
   *     does not take one, and then sending the whole batch again is harmless
   */
  public CompletionStage<List<Result>> keep(List<JsonNode> events) {
    List<CompletableFuture<Result>> results =
        events.stream().map(event -> keep(event).toCompletableFuture()).toList();
    return CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> results.stream().map(CompletableFuture::join).toList());
  }

  private CompletionStage<Result> keep(JsonNode event) {
    Long sequence =
        event.path("sequence").isIntegralNumber() ? event.path("sequence").longValue() : null;
    Optional<Draft> draft;
    try {
      draft = taker.take(BatchReader.report(event), arrivedMillis);
    } catch (RefusedReportException e) {
      return refused(event, sequence, e.code(), e.detail());
    }
    if (draft.isEmpty()) {
      return CompletableFuture.completedFuture(new Result(sequence, "sampled_out", null, null));
    }
    return publisher
        .apply(draft.get())
        .thenApply(kept -> new Result(sequence, "kept", null, null))
        .exceptionallyCompose(
            failure -> {
              CodecRefusal refusal = CodecRefusal.of(failure);
              return refusal == null
                  ? CompletableFuture.failedFuture(failure)
                  : refused(event, sequence, refusal.code(), refusal.detail());
            });
  }

  private CompletionStage<Result> refused(
      JsonNode event, @Nullable Long sequence, String code, String detail) {
    return publisher
        .apply(taker.badRow(code, detail, KeptRaw.ofEvent(event), sequence, arrivedMillis))
        .thenApply(kept -> new Result(sequence, "refused", code, detail));
  }
}
