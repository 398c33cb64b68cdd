package dev.parley.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls somebody else's server. The answer is read into memory up to a bound and within a time, and
 * one byte more, or a moment later, the call fails and its connection is closed: what a stranger
 * sends must not decide how much memory or how many connections are used, nor how long anybody
 * waits. Redirects are not followed: an identity provider or policy service that sends us elsewhere
 * is not trusted.
 */
public final class BoundedClient implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  private final Vertx vertx;
  private final HttpClient client;

  public BoundedClient(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
  }

  /** What was answered, whole. */
  record Answer(int status, String text) {}

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

  /**
   * Sends a request.
   *
   * @param timeout until the last byte of the answer is here; begins now
   * @param bound bytes of the answer's body, at most
   * @return fails with {@link TimeoutException}, {@link TooLargeException}, or what the connection
   *     failed with
   */
  CompletionStage<Answer> send(RequestOptions request, Buffer body, Duration timeout, int bound) {
    Call call = new Call(timeout, bound);
    vertx.getOrCreateContext().runOnContext(now -> call.begin(request, body));
    return call.answered;
  }

  @Override
  public void close() {
    client.close();
  }

  /** One call; touched on its context alone, but for what it completes. */
  private final class Call {
    private final Duration timeout;
    private final int bound;
    private final Buffer content = Buffer.buffer();
    private final CompletableFuture<Answer> answered = new CompletableFuture<>();
    private @Nullable HttpClientRequest open;
    private long timer;

    Call(Duration timeout, int bound) {
      this.timeout = timeout;
      this.bound = bound;
    }

    void begin(RequestOptions request, Buffer body) {
      timer =
          vertx.setTimer(
              Math.max(1, timeout.toMillis()),
              late -> fail(new TimeoutException("no whole answer within " + timeout)));
      client.request(request).onSuccess(opened -> sendOn(opened, body)).onFailure(this::fail);
    }

    private void sendOn(HttpClientRequest opened, Buffer body) {
      if (answered.isDone()) {
        opened.reset();
        return;
      }
      open = opened;
      opened.send(body).onSuccess(this::read).onFailure(this::fail);
    }

    private void read(HttpClientResponse response) {
      response
          .exceptionHandler(this::fail)
          .handler(this::take)
          .endHandler(end -> succeed(new Answer(response.statusCode(), content.toString(UTF_8))));
    }

    private void take(Buffer part) {
      if (answered.isDone()) {
        return;
      }
      if (content.length() + part.length() > bound) {
        fail(new TooLargeException(bound));
      } else {
        content.appendBuffer(part);
      }
    }

    private void succeed(Answer answer) {
      vertx.cancelTimer(timer);
      answered.complete(answer);
    }

    private void fail(Throwable failure) {
      vertx.cancelTimer(timer);
      if (answered.completeExceptionally(failure) && open != null) {
        open.reset();
      }
    }
  }
}
