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
 * partition make more calls than its part, also not after a pause. A place in the queue is planned
 * ahead; what counts is when a call is made, which may be later than planned.
 *
 * <p>The account counts when calls arrive: one that takes longer on its way than those after it
 * comes among them. The window is longer than a second by {@link #MARGIN}, and the quota kept as
 * long as the ways of calls differ by no more.
 */
public final class QuotaShare {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** By how much one call may take longer to the cloud than another. */
  static final Duration MARGIN = Duration.ofMillis(100);

  private final int permits;
  private final long windowNanos;
  private final LongSupplier nanoTime;
  private final long bornNanos;
  private final Map<Name, Lane> lanes = new HashMap<>();

  private record Name(String account, Action action) {}

  /** The calls of one account and action: as many as are permitted in one window. */
  private final class Lane {
    private final Deque<Slot> planned = new ArrayDeque<>();
    private final Deque<Long> madeNanos = new ArrayDeque<>();

    Lane() {
      for (int i = 0; i < permits; i++) {
        planned.add(new Slot(this, bornNanos, Duration.ZERO));
        madeNanos.add(bornNanos);
      }
    }
  }

  /** A place in the queue. */
  public static final class Slot {
    private final Lane lane;
    private final Duration wait;
    private long nanos;

    private Slot(Lane lane, long nanos, Duration wait) {
      this.lane = lane;
      this.nanos = nanos;
      this.wait = wait;
    }

    /** How long it is until its turn, from when it was reserved. */
    public Duration expectedWait() {
      return wait;
    }
  }

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
    this.permits = permits(perSecond, partitions);
    this.windowNanos = windowNanos(perSecond, partitions);
    this.nanoTime = nanoTime;
    this.bornNanos = nanoTime.getAsLong();
  }

  private static int permits(int perSecond, int partitions) {
    return Math.max(1, perSecond / partitions);
  }

  // A quota of less than one call per partition and second is kept on average only: without asking
  // each other, partitions cannot know that another one calls in the same second.
  private static long windowNanos(int perSecond, int partitions) {
    return perSecond >= partitions
        ? SECOND + MARGIN.toNanos()
        : Math.ceilDiv(SECOND * partitions, perSecond);
  }

  /**
   * How long a call waits for its slot behind others of its partition.
   *
   * @param place 1 for the next one
   */
  public static Duration expectedWait(int perSecond, int partitions, int place) {
    int windows = (place - 1) / permits(perSecond, partitions);
    return Duration.ofNanos(windowNanos(perSecond, partitions)).multipliedBy(windows);
  }

  /**
   * Takes the next free slot.
   *
   * @return empty, and nothing taken, when it comes later than the caller can wait
   */
  public synchronized Optional<Slot> reserve(String account, Action action, Duration patience) {
    Lane lane = lanes.computeIfAbsent(new Name(account, action), name -> new Lane());
    long now = nanoTime.getAsLong();
    long at = Math.max(now, lane.planned.getFirst().nanos + windowNanos);
    Duration wait = Duration.ofNanos(at - now);
    if (wait.compareTo(patience) > 0) {
      return Optional.empty();
    }
    Slot slot = new Slot(lane, at, wait);
    lane.planned.removeFirst();
    lane.planned.addLast(slot);
    return Optional.of(slot);
  }

  /**
   * Asks, right before a call, whether it may be made now; if so, it counts from now on. Calls that
   * come late would otherwise meet those whose turn it is.
   *
   * @return zero when it may; else how long to wait before asking again
   */
  public synchronized Duration claim(Slot slot) {
    long now = nanoTime.getAsLong();
    long free = slot.lane.madeNanos.getFirst() + windowNanos;
    if (now < free) {
      return Duration.ofNanos(free - now);
    }
    slot.lane.madeNanos.removeFirst();
    slot.lane.madeNanos.addLast(now);
    slot.nanos = now;
    return Duration.ZERO;
  }
}
