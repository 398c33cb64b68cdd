package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Of what the SDK reports all the time, one is kept per interval: of each client's event of that
 * name about the same user and stream. By the time at which it happened: what a client sends at
 * once after a break is as dense as what it sends as it goes.
 *
 * <p>Remembers the last of a bounded number; of one that was forgotten the next is kept.
 */
public final class TelemetrySampling {
  private static final int MAX_NAME = 128;

  private record Kept(long eventMillis, long sequence) {}

  private final long intervalMillis;
  private final int remembered;
  private final Map<String, Kept> last = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A sampling that has seen nothing.
   *
   * @param remembered of how many clients, names, users and streams the last one is remembered
   */
  public TelemetrySampling(Duration interval, int remembered) {
    this.intervalMillis = interval.toMillis();
    this.remembered = remembered;
  }

  /** True when it is to be kept; the same answer when the same report comes again at once. */
  synchronized boolean keeps(String client, ClientReport.SdkEvent event, long eventMillis) {
    String key = client + '\n' + event.name() + '\n' + subject(event.arguments().path(0));
    Kept before = last.get(key);
    if (before != null && Math.abs(eventMillis - before.eventMillis()) < intervalMillis) {
      return event.sequence() == before.sequence();
    }
    last.put(key, new Kept(eventMillis, event.sequence()));
    if (last.size() > remembered) {
      Iterator<String> eldest = last.keySet().iterator();
      String unused = eldest.next();
      eldest.remove();
    }
    return true;
  }

  // Statistics name their user or stream themselves, the jitter buffer in its descriptor; lists
  // tell of everybody at once. What is remembered must not be as long as a client likes.
  private static String subject(JsonNode argument) {
    JsonNode named = argument.has("descriptor") ? argument.path("descriptor") : argument;
    return Stream.of("userId", "streamId", "publicStreamId", "streamIndex", "isScreen", "exception")
        .map(name -> named.path(name).asText(""))
        .map(text -> text.length() > MAX_NAME ? text.substring(0, MAX_NAME) : text)
        .collect(Collectors.joining("\n"));
  }
}
