package dev.parley.room.ingest;

import dev.parley.events.id.AppId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many refused callbacks are kept as bad rows: anybody can send them, and they share with what
 * is genuine the room in front of Kafka and in it.
 */
public final class RefusedRows {
  private record Second(long number, int kept) {}

  private final int perSecond;
  private final Map<AppId, Second> seconds = new ConcurrentHashMap<>();

  /** At most so many of an application in a second. */
  public RefusedRows(int perSecond) {
    this.perSecond = perSecond;
  }

  /** True when one more may be kept; then it counts. */
  public boolean mayKeep(AppId app, long nowMillis) {
    long number = Math.floorDiv(nowMillis, 1000);
    Second now =
        seconds.merge(
            app,
            new Second(number, 1),
            (before, one) ->
                before.number() == number
                    // Not beyond one too many, so that it never overflows.
                    ? new Second(number, Math.min(before.kept(), perSecond) + 1)
                    : one);
    return now.kept() <= perSecond;
  }
}
