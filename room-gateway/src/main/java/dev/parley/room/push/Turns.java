package dev.parley.room.push;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets so many in at a time, and of those no more than some for one and the same who asks. */
public final class Turns {
  private final int most;
  private final int mostOfOne;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private final Map<Object, Integer> inside = new HashMap<>();
  private int count;

  public Turns(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /**
   * Waits for a turn. Who gets one gives it back with {@link #leave}.
   *
   * @return false when there was none in time
   */
  public boolean enter(Object who, Duration atMost) throws InterruptedException {
    long nanos = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (count >= most || inside.getOrDefault(who, 0) >= mostOfOne) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      count++;
      inside.merge(who, 1, Integer::sum);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a turn back. */
  public void leave(Object who) {
    lock.lock();
    try {
      count--;
      inside.computeIfPresent(who, (key, turns) -> turns == 1 ? null : turns - 1);
      left.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
