package dev.parley.token.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stages as Mutiny sees them. */
final class Stages {
  private Stages() {}

  /**
   * A stage that has begun, told where the caller is now: several requests may wait for one stage,
   * and what the first does next is none of the others' business. One that is complete becomes a
   * plain item, for it is nearly every one.
   */
  static <T> Uni<T> uni(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (future.isDone() && !future.isCompletedExceptionally()) {
      return Uni.createFrom().item(future.join());
    }
    Uni<T> later = Uni.createFrom().completionStage(future);
    Context here = Vertx.currentContext();
    return here == null ? later : later.emitOn(action -> here.runOnContext(none -> action.run()));
  }
}
