package dev.parley.simulator.callback;

import java.net.URI;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Sends one HTTP POST. */
public interface Transport {

  /** The status reported when no answer came in time or the connection failed. */
  int NO_ANSWER = 0;

  /** Posts, and reports the HTTP status once, on the simulator's own thread. */
  void post(
      URI url, @Nullable String contentType, String body, Duration timeout, IntConsumer status);
}
