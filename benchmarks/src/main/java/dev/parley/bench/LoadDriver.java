package dev.parley.bench;

import dev.parley.stack.StackException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Histogram;

/**
 * Closed-loop HTTP load from one event loop: each of a number of connections sends its next request
 * when the last was answered.
 */
final class LoadDriver implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient client;
  private final int connections;

  LoadDriver(int connections) {
    this.connections = connections;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(connections).setEventLoopSize(1));
  }

  /** A request that is sent again and again. */
  record Request(
      int port, String path, Map<String, String> headers, String body, int expectedStatus) {}

  /**
   * What came of it.
   *
   * @param latencies in microseconds
   */
  record Outcome(long answers, Duration duration, Histogram latencies, int answerBytes) {
    double perSecond() {
      return answers / (duration.toNanos() / 1e9);
    }

    double p99Millis() {
      return latencies.getValueAtPercentile(99) / 1000.0;
    }
  }

  /**
   * Sends for a time.
   *
   * @throws StackException when an answer is not the expected one
   */
  Outcome drive(Request request, Duration duration) {
    Run run = new Run(request, duration.toNanos());
    vertx.runOnContext(
        start -> {
          for (int i = 0; i < connections; i++) {
            run.next();
          }
        });
    return run.await();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** One drive; touched on the event loop alone, but for the latch. */
  private final class Run {
    private final Request request;
    private final Buffer body;
    private final long began = System.nanoTime();
    private final long durationNanos;
    private final Histogram latencies = new Histogram(60_000_000L, 3);
    private final CountDownLatch done = new CountDownLatch(connections);
    private long answers;
    private int answerBytes;
    private volatile String problem = "";

    Run(Request request, long durationNanos) {
      this.request = request;
      this.body = Buffer.buffer(request.body());
      this.durationNanos = durationNanos;
    }

    void next() {
      long sent = System.nanoTime();
      if (sent - began >= durationNanos || !problem.isEmpty()) {
        done.countDown();
        return;
      }
      client
          .request(HttpMethod.POST, request.port(), "localhost", request.path())
          .compose(this::send)
          .compose(this::receive)
          .onSuccess(
              answer -> {
                answers++;
                answerBytes = answer.length();
                latencies.recordValue((System.nanoTime() - sent) / 1000);
                next();
              })
          .onFailure(
              failure -> {
                problem = String.valueOf(failure.getMessage());
                done.countDown();
              });
    }

    private Future<HttpClientResponse> send(HttpClientRequest outgoing) {
      request.headers().forEach(outgoing::putHeader);
      return outgoing.send(body);
    }

    private Future<Buffer> receive(HttpClientResponse answer) {
      return answer
          .body()
          .compose(
              content ->
                  answer.statusCode() == request.expectedStatus()
                      ? Future.succeededFuture(content)
                      : Future.failedFuture(
                          request.path() + " answered " + answer.statusCode() + ": " + content));
    }

    Outcome await() {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackException("interrupted");
      }
      if (!problem.isEmpty()) {
        throw new StackException("the load run is not sound: " + problem);
      }
      return new Outcome(
          answers, Duration.ofNanos(System.nanoTime() - began), latencies, answerBytes);
    }
  }
}
