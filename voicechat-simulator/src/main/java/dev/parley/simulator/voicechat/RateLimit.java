package dev.parley.simulator.voicechat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** So many calls within any second, per action and account. */
final class RateLimit {

  private static final Duration WINDOW = Duration.ofSeconds(1);

  private record Key(String accessKeyId, String action) {}

  private final int perSecond;
  private final Clock clock;
  private final Map<Key, Deque<Instant>> admitted = new HashMap<>();

  RateLimit(int perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** Whether one more call may pass now; a refused one does not count. */
  boolean admit(String accessKeyId, String action) {
    Deque<Instant> recent =
        admitted.computeIfAbsent(new Key(accessKeyId, action), absent -> new ArrayDeque<>());
    Instant now = clock.instant();
    while (!recent.isEmpty() && !recent.peek().plus(WINDOW).isAfter(now)) {
      recent.remove();
    }
    if (recent.size() >= perSecond) {
      return false;
    }
    recent.add(now);
    return true;
  }

  void clear() {
    admitted.clear();
  }
}
