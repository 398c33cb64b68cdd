package dev.parley.bench;

import dev.parley.stack.StackException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Many who listen to the stream of one room, all on one event loop. Each knows of every fact when
 * it was reported, so that the last of them to hear of it counts as the first does.
 */
final class ListenerCrowd implements AutoCloseable {
  private static final int AT_ONCE = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final ConcurrentHistogram latencies = new ConcurrentHistogram(600_000_000L, 3);
  private final AtomicLong heard = new AtomicLong();
  private final HttpClient client;
  private final int port;

  // On the event loop alone.
  private final List<Long> reported = new ArrayList<>();
  private volatile String problem = "";
  private int listeners;

  ListenerCrowd(int port, int most) {
    this.port = port;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(most).setEventLoopSize(1));
  }

  /** So many more listen from now on. */
  void join(RelayLoad.Place place, int count) {
    for (int done = 0; done < count; done += AT_ONCE) {
      CountDownLatch open = new CountDownLatch(Math.min(AT_ONCE, count - done));
      for (long i = open.getCount(); i > 0; i--) {
        vertx.runOnContext(go -> join(place, open));
      }
      await(open);
    }
    listeners += count;
  }

  private void join(RelayLoad.Place place, CountDownLatch open) {
    client
        .request(HttpMethod.GET, port, "localhost", "/v1/rooms/" + place.roomId() + "/stream")
        .compose(request -> request.putHeader("Authorization", "Bearer " + place.token()).send())
        .onFailure(failure -> problem = String.valueOf(failure.getMessage()))
        .onSuccess(
            response -> {
              if (response.statusCode() != 200) {
                problem = "the stream answers " + response.statusCode();
                return;
              }
              listen(response);
              open.countDown();
            });
  }

  private void listen(HttpClientResponse response) {
    // What was reported before this one came is not for it.
    int[] next = {reported.size()};
    RecordParser events =
        RecordParser.newDelimited(
            "\n\n",
            event -> {
              if (isFact(event)) {
                latencies.recordValue((System.nanoTime() - reported.get(next[0]++)) / 1000);
                heard.incrementAndGet();
              }
            });
    response.handler(events);
    response.endHandler(end -> problem = "a stream ended");
    response.exceptionHandler(failure -> problem = "a stream broke: " + failure.getMessage());
  }

  private static boolean isFact(Buffer event) {
    return event.toString().contains("\"type\":\"dev.parley.room.capture-");
  }

  /** A fact's report leaves now. */
  void reported(long nanos) {
    vertx.runOnContext(go -> reported.add(nanos));
  }

  /** Waits until everybody has heard of so many facts since they came. */
  void awaitHeard(long facts) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (heard.get() < facts * listeners) {
      if (!problem.isEmpty() || System.nanoTime() > deadline) {
        throw new StackException(
            heard.get() + " of " + facts * listeners + " were heard; " + problem);
      }
      RelayLoad.sleep(Duration.ofMillis(20));
    }
  }

  /** How long facts took to each listener, in microseconds. */
  ConcurrentHistogram latencies() {
    return latencies;
  }

  private void await(CountDownLatch open) {
    try {
      if (!open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new StackException("not everybody can listen: " + problem);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
