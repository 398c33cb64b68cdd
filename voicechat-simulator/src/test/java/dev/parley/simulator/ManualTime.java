package dev.parley.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock and a scheduler that move only when a test moves them. */
public final class ManualTime extends Clock implements Scheduler {

  private static final class Entry implements Timer {
    private final Instant at;
    private final long order;
    private final Runnable work;
    private boolean cancelled;

    private Entry(Instant at, long order, Runnable work) {
      this.at = at;
      this.order = order;
      this.work = work;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          Comparator.comparing((Entry entry) -> entry.at).thenComparing(entry -> entry.order));
  private Instant now;
  private long orders;

  public ManualTime(String now) {
    this.now = Instant.parse(now);
  }

  @Override
  public Timer after(Duration delay, Runnable work) {
    Entry entry = new Entry(now.plus(delay), orders++, work);
    entries.add(entry);
    return entry;
  }

  /** Lets this much time pass, running what falls due on the way. */
  public void pass(Duration duration) {
    Instant until = now.plus(duration);
    for (Entry next = entries.peek();
        next != null && !next.at.isAfter(until);
        next = entries.peek()) {
      entries.remove(next);
      if (!next.cancelled) {
        now = next.at;
        next.work.run();
      }
    }
    now = until;
  }

  public void passMillis(long millis) {
    pass(Duration.ofMillis(millis));
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
