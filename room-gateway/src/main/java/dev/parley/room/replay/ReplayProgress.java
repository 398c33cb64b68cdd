package dev.parley.room.replay;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a replay is.
 *
 * @param spans of each {@code topic/partition} that is read, where reading goes on and where it
 *     ends
 * @param written records told again
 * @param passedOver records read that were not asked for
 * @param refusedAgain bad rows that were refused again, or cannot be driven again
 * @param unreadable records read that this version cannot read; none where the journal is of a
 *     version that did not count them
 * @param code why it failed, for programs
 */
public record ReplayProgress(
    State state,
    long updatedMillis,
    Map<String, Span> spans,
    long written,
    long passedOver,
    long refusedAgain,
    @JsonSetter(nulls = Nulls.AS_EMPTY) long unreadable,
    @Nullable String code) {

  /** Where a replay stands. */
  public enum State {
    RUNNING,
    COMPLETED,
    CANCELLED,
    FAILED
  }

  /**
   * What is left of a partition.
   *
   * @param next offset of the next record
   * @param end offset at which reading ends
   */
  public record Span(long next, long end) {
    /** How many offsets are left. */
    public long left() {
      return Math.max(0, end - next);
    }
  }

  public ReplayProgress {
    spans = Map.copyOf(spans);
  }

  /** A replay that begins. */
  public static ReplayProgress begin(Map<String, Span> spans, long nowMillis) {
    return new ReplayProgress(State.RUNNING, nowMillis, spans, 0, 0, 0, 0, null);
  }

  /** The same in another state. */
  public ReplayProgress ended(State end, long nowMillis, @Nullable String why) {
    return new ReplayProgress(
        end, nowMillis, spans, written, passedOver, refusedAgain, unreadable, why);
  }

  /** The same some records later. */
  public ReplayProgress further(
      Map<String, Span> moved, long more, long passed, long refused, long unread, long nowMillis) {
    Map<String, Span> all = new TreeMap<>(spans);
    all.putAll(moved);
    return new ReplayProgress(
        state,
        nowMillis,
        all,
        written + more,
        passedOver + passed,
        refusedAgain + refused,
        unreadable + unread,
        code);
  }

  /** Records that are still to be read, at most. */
  public long left() {
    return spans.values().stream().mapToLong(Span::left).sum();
  }
}
