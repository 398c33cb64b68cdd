package dev.parley.bench;

import dev.parley.stack.StackException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** A subscriber of one room's stream, which knows when each of its facts was reported. */
final class FactStream implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final InputStream body;
  private final ConcurrentHistogram latencies;
  private final Queue<Long> reported = new ConcurrentLinkedQueue<>();
  private final AtomicLong told = new AtomicLong();
  private volatile long lastTold;

  /** Listens; latencies in microseconds go to the histogram that all subscribers share. */
  FactStream(int port, RelayLoad.Place place, ConcurrentHistogram latencies) {
    this.latencies = latencies;
    try {
      HttpResponse<InputStream> response =
          HTTP.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://localhost:" + port + "/v1/rooms/" + place.roomId() + "/stream"))
                  .header("Authorization", "Bearer " + place.token())
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new StackException("the stream answers " + response.statusCode());
      }
      body = response.body();
    } catch (IOException e) {
      throw new StackException("the stream cannot be opened: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
    Thread.ofVirtual().start(this::read);
  }

  /** The next fact's report left at that time. */
  void reported(long nanos) {
    reported.add(nanos);
  }

  /** How many facts came. */
  long told() {
    return told.get();
  }

  /** When the last one came, as {@link System#nanoTime} says. */
  long lastToldNanos() {
    return lastTold;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data:") && line.contains("dev.parley.room.capture-")) {
          Long at = reported.poll();
          if (at != null) {
            latencies.recordValue((System.nanoTime() - at) / 1000);
          }
          lastTold = System.nanoTime();
          told.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // Closed by us, or the run is over.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
