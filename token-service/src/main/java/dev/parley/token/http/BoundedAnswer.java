package dev.parley.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.mutiny.Uni;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The body of somebody else's answer, in memory up to a bound and within a time. One byte more, or
 * a moment later, fails the call, and what still comes is dropped: what a stranger sends must not
 * decide how much memory is used, nor how long anybody waits.
 */
final class BoundedAnswer implements WriteStream<Buffer> {
  private final int bound;
  private final Buffer content = Buffer.buffer();

  // The time ends on another thread than the one that reads.
  private volatile @Nullable Throwable givenUp;
  private volatile Handler<Throwable> failed = failure -> {};

  BoundedAnswer(int bound) {
    this.bound = bound;
  }

  /** Larger than the bound. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int bound;

    TooLargeException(int bound) {
      super("an answer is too large", null, false, false);
      this.bound = bound;
    }

    /** For people. */
    String sentence() {
      return "the answer is larger than " + bound + " bytes";
    }
  }

  /** Reads an answer into this. */
  BodyCodec<Void> codec() {
    return BodyCodec.newInstance(io.vertx.ext.web.codec.BodyCodec.pipe(this));
  }

  /**
   * Sends a request whose answer is read into this, and fails {@code timeout} later unless all of
   * it has come. The client's own timeout begins again with every byte.
   */
  <T> Uni<HttpResponse<T>> sent(Uni<HttpResponse<T>> request, Duration timeout) {
    return request
        .ifNoItem()
        .after(timeout)
        .failWith(() -> giveUp(new TimeoutException("no whole answer within " + timeout)));
  }

  private Throwable giveUp(Throwable failure) {
    givenUp = failure;
    failed.handle(failure);
    return failure;
  }

  /** What came, once all of it has come. */
  String text() {
    return content.toString(UTF_8);
  }

  @Override
  public Future<Void> write(Buffer part) {
    Throwable late = givenUp;
    if (late != null) {
      return Future.failedFuture(late);
    }
    if (content.length() + part.length() > bound) {
      TooLargeException failure = new TooLargeException(bound);
      failed.handle(failure);
      return Future.failedFuture(failure);
    }
    content.appendBuffer(part);
    return Future.succeededFuture();
  }

  @Override
  public void write(Buffer part, @Nullable Handler<AsyncResult<Void>> handler) {
    Future<Void> written = write(part);
    if (handler != null) {
      written.onComplete(handler);
    }
  }

  @Override
  public void end(@Nullable Handler<AsyncResult<Void>> handler) {
    if (handler != null) {
      handler.handle(Future.succeededFuture());
    }
  }

  @Override
  public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
    failed = handler == null ? failure -> {} : handler;
    Throwable late = givenUp;
    if (late != null) {
      failed.handle(late);
    }
    return this;
  }

  @Override
  public WriteStream<Buffer> setWriteQueueMaxSize(int size) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
    return this;
  }
}
