package dev.parley.kit.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What records that were handed over together wait for. */
final class Acknowledgements {
  private final AtomicInteger outstanding;
  private final CompletableFuture<Void> all = new CompletableFuture<>();
  private volatile @Nullable RuntimeException failure;

  /** Of so many records. */
  Acknowledgements(int records) {
    this.outstanding = new AtomicInteger(records);
    if (records == 0) {
      all.complete(null);
    }
  }

  /** One is settled: acknowledged, or why not. */
  void settle(@Nullable RuntimeException reason) {
    if (reason != null) {
      failure = reason;
    }
    if (outstanding.decrementAndGet() == 0) {
      RuntimeException failed = failure;
      if (failed == null) {
        all.complete(null);
      } else {
        all.completeExceptionally(failed);
      }
    }
  }

  /** Completes when all are settled; fails when one is not acknowledged. */
  CompletionStage<Void> stage() {
    return all;
  }
}
