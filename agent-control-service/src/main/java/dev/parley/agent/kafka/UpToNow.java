package dev.parley.agent.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a reader has read everything that Kafka had at some moment. Kafka is asked for where
 * its topics end once for all who want to know at the same time.
 */
final class UpToNow {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Supplier<CompletionStage<Map<TopicPartition, Long>>> ends;
  private final ToLongFunction<TopicPartition> position;
  private final LongSupplier nanoTime;
  private final Executor later;
  private @Nullable CompletableFuture<Map<TopicPartition, Long>> asked;
  private @Nullable CompletableFuture<Map<TopicPartition, Long>> next;

  /**
   * Nobody has asked yet.
   *
   * @param ends where the topics end right now
   * @param position the offset that is read next
   */
  UpToNow(
      Supplier<CompletionStage<Map<TopicPartition, Long>>> ends,
      ToLongFunction<TopicPartition> position) {
    this(
        ends,
        position,
        System::nanoTime,
        CompletableFuture.delayedExecutor(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS));
  }

  UpToNow(
      Supplier<CompletionStage<Map<TopicPartition, Long>>> ends,
      ToLongFunction<TopicPartition> position,
      LongSupplier nanoTime,
      Executor later) {
    this.ends = ends;
    this.position = position;
    this.nanoTime = nanoTime;
    this.later = later;
  }

  /** True once it is so; false when it is not after that time, or Kafka does not say. */
  CompletionStage<Boolean> reached(Duration longest) {
    long deadline = nanoTime.getAsLong() + longest.toNanos();
    return ends()
        .thenCompose(
            upTo -> {
              CompletableFuture<Boolean> reached = new CompletableFuture<>();
              look(upTo, deadline, reached);
              return reached;
            })
        .exceptionally(failure -> false)
        .completeOnTimeout(false, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look(
      Map<TopicPartition, Long> upTo, long deadline, CompletableFuture<Boolean> reached) {
    if (upTo.entrySet().stream()
        .allMatch(end -> position.applyAsLong(end.getKey()) >= end.getValue())) {
      reached.complete(true);
    } else if (nanoTime.getAsLong() - deadline >= 0) {
      reached.complete(false);
    } else {
      later.execute(() -> look(upTo, deadline, reached));
    }
  }

  // A question that is under way may have been answered before the caller came: the next one
  // counts.
  private synchronized CompletableFuture<Map<TopicPartition, Long>> ends() {
    if (asked == null) {
      return ask(new CompletableFuture<>());
    }
    if (next == null) {
      next = new CompletableFuture<>();
    }
    return next;
  }

  private synchronized CompletableFuture<Map<TopicPartition, Long>> ask(
      CompletableFuture<Map<TopicPartition, Long>> answer) {
    asked = answer;
    CompletionStage<Map<TopicPartition, Long>> unused =
        question()
            .whenComplete(
                (found, failure) -> {
                  askForThoseWhoWait();
                  if (failure == null) {
                    answer.complete(found);
                  } else {
                    answer.completeExceptionally(failure);
                  }
                });
    return answer;
  }

  private CompletionStage<Map<TopicPartition, Long>> question() {
    try {
      return ends.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private synchronized void askForThoseWhoWait() {
    CompletableFuture<Map<TopicPartition, Long>> waiting = next;
    asked = null;
    next = null;
    if (waiting != null) {
      CompletableFuture<Map<TopicPartition, Long>> unused = ask(waiting);
    }
  }
}
