package dev.parley.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves; in UTC. */
public final class MutableClock extends Clock {
  private final Instant begin;
  private volatile Instant now;

  public MutableClock(Instant begin) {
    this.begin = begin;
    this.now = begin;
  }

  /** Nanoseconds since the beginning, as {@link System#nanoTime} counts them. */
  public long nanos() {
    return Duration.between(begin, now).toNanos();
  }

  public void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public Instant instant() {
    return now;
  }
}
