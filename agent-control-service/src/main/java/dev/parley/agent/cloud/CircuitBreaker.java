package dev.parley.agent.cloud;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stops calling a cloud that does not answer: after a number of failures in a row nobody calls for
 * a while, then one caller tries.
 */
final class CircuitBreaker {
  private final int failuresToOpen;
  private final long openNanos;
  private final LongSupplier nanoTime;

  private int failures;
  private boolean open;
  private long openedNanos;

  CircuitBreaker(int failuresToOpen, Duration openFor, LongSupplier nanoTime) {
    this.failuresToOpen = failuresToOpen;
    this.openNanos = openFor.toNanos();
    this.nanoTime = nanoTime;
  }

  /** True when a call may be made; while open, that is one caller per period. */
  synchronized boolean permits() {
    if (!open) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (now - openedNanos < openNanos) {
      return false;
    }
    // The next ones wait for what this caller finds out.
    openedNanos = now;
    return true;
  }

  synchronized void answered() {
    failures = 0;
    open = false;
  }

  synchronized void failed() {
    failures++;
    if (failures >= failuresToOpen) {
      open = true;
      openedNanos = nanoTime.getAsLong();
    }
  }
}
