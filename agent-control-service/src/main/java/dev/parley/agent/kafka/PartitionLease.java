package dev.parley.agent.kafka;

import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.cloud.LeaseLostException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The right to work for a partition. It is lost when the group takes the partition away, and also
 * when this process stood still, or did not hear from the group, for so long that the group may
 * have done so unnoticed. What is lost stays lost.
 */
final class PartitionLease implements CloudCaller.Lease {
  private final LongSupplier renewedNanos;
  private final LongSupplier nanoTime;
  private final long maxSilenceNanos;
  private volatile boolean lost;
  private volatile boolean draining;

  PartitionLease(LongSupplier renewedNanos, LongSupplier nanoTime, Duration maxSilence) {
    this.renewedNanos = renewedNanos;
    this.nanoTime = nanoTime;
    this.maxSilenceNanos = maxSilence.toNanos();
  }

  void lose() {
    lost = true;
  }

  /** No call begins from here on; what calls under way bring may still be written. */
  void drain() {
    draining = true;
  }

  boolean lost() {
    return lost;
  }

  /** Before a call. */
  @Override
  public void check() {
    checkOwned();
    if (draining) {
      throw new LeaseLostException();
    }
  }

  /** Before a write. */
  void checkOwned() {
    // Once run out it stays so: whoever renews it late renews it for nobody.
    if (!lost && nanoTime.getAsLong() - renewedNanos.getAsLong() > maxSilenceNanos) {
      lost = true;
    }
    if (lost) {
      throw new LeaseLostException();
    }
  }
}
