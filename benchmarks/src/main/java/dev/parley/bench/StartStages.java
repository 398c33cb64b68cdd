package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.bench.StartLoad.Start;
import dev.parley.stack.StackException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Where the time of starts goes, in microseconds. All clocks are the one of this machine.
 *
 * @param overhead what a start takes beyond what the cloud itself took for its call
 * @param toTheCloud from the request until the cloud has the call
 * @param back from the cloud's reply until it is known: answered, or on the topic
 */
record StartStages(Histogram overhead, Histogram toTheCloud, Histogram back) {

  private record Call(Instant seenAt, Instant repliedAt) {}

  /**
   * Of these starts.
   *
   * @param calls as the simulator tells them
   */
  static StartStages of(List<Start> starts, JsonNode calls) {
    Map<String, Call> byRoom = new HashMap<>();
    calls.forEach(
        call ->
            byRoom.put(
                call.path("roomId").asText(),
                new Call(
                    Instant.parse(call.path("seenAt").asText()),
                    Instant.parse(call.path("at").asText()))));
    StartStages stages = new StartStages(new Histogram(3), new Histogram(3), new Histogram(3));
    for (Start start : starts) {
      Call call = byRoom.get(start.room());
      if (call == null) {
        throw new StackException("the cloud has seen no call for room " + start.room());
      }
      stages
          .overhead()
          .recordValue(
              micros(start.took().minus(Duration.between(call.seenAt(), call.repliedAt()))));
      stages.toTheCloud().recordValue(micros(Duration.between(start.beganAt(), call.seenAt())));
      stages.back().recordValue(micros(Duration.between(call.repliedAt(), start.overAt())));
    }
    return stages;
  }

  private static long micros(Duration duration) {
    return Math.max(0, duration.toNanos() / 1000);
  }

  static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1000.0;
  }

  /** The stages on a line. */
  String words() {
    return String.format(
        Locale.ROOT,
        "beyond the cloud p50 %.1f p99 %.1f ms, on the way there p50 %.1f p99 %.1f ms, back p50 %.1f p99 %.1f ms",
        millis(overhead, 50),
        millis(overhead, 99),
        millis(toTheCloud, 50),
        millis(toTheCloud, 99),
        millis(back, 50),
        millis(back, 99));
  }
}
