package dev.parley.agent.cloud;

import dev.parley.agent.cloud.CloudRequest.Action;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One partition's part of the account's quota, so that all workers together stay below it without
 * asking each other. Counts a sliding window and not a bucket that refills: in no second does a
 * partition make more calls than its part, also not after a pause.
 */
public final class QuotaShare {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final int permits;
  private final long windowNanos;
  private final LongSupplier nanoTime;
  private final long bornNanos;
  private final Map<Lane, Deque<Long>> slots = new HashMap<>();

  private record Lane(String account, Action action) {}

  /**
   * A share that starts used up: its partition's owner before may just have used it.
   *
   * @param perSecond calls per second and action that the account may make
   * @param partitions among how many it is shared
   */
  public QuotaShare(int perSecond, int partitions, LongSupplier nanoTime) {
    if (perSecond < 1 || partitions < 1) {
      throw new IllegalArgumentException("perSecond and partitions must be 1 or more");
    }
    this.permits = Math.max(1, perSecond / partitions);
    // A quota of less than one call per partition and second is kept on average only: without
    // asking
    // each other, partitions cannot know that another one calls in the same second.
    this.windowNanos =
        perSecond >= partitions ? SECOND : Math.ceilDiv(SECOND * partitions, perSecond);
    this.nanoTime = nanoTime;
    this.bornNanos = nanoTime.getAsLong();
  }

  /**
   * Takes the next free slot.
   *
   * @return how long to wait for it; empty, and nothing taken, when it comes later than the caller
   *     can wait
   */
  public synchronized Optional<Duration> reserve(String account, Action action, Duration patience) {
    long now = nanoTime.getAsLong();
    Deque<Long> taken =
        slots.computeIfAbsent(
            new Lane(account, action),
            lane -> {
              Deque<Long> full = new ArrayDeque<>();
              for (int i = 0; i < permits; i++) {
                full.add(bornNanos);
              }
              return full;
            });
    long slot = Math.max(now, taken.getFirst() + windowNanos);
    long wait = slot - now;
    if (wait > patience.toNanos()) {
      return Optional.empty();
    }
    taken.removeFirst();
    taken.addLast(slot);
    return Optional.of(Duration.ofNanos(wait));
  }
}
