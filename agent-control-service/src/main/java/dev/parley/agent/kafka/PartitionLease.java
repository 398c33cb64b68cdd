package dev.parley.agent.kafka;

import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.cloud.LeaseLostException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The right to work for a partition. It is lost when the group takes the partition away, and also
 * when this process stood still for so long that the group may have done so unnoticed.
 */
final class PartitionLease implements CloudCaller.Lease {
  private final LongSupplier heartbeatNanos;
  private final LongSupplier nanoTime;
  private final long maxSilenceNanos;
  private volatile boolean lost;

  PartitionLease(LongSupplier heartbeatNanos, LongSupplier nanoTime, Duration maxSilence) {
    this.heartbeatNanos = heartbeatNanos;
    this.nanoTime = nanoTime;
    this.maxSilenceNanos = maxSilence.toNanos();
  }

  void lose() {
    lost = true;
  }

  @Override
  public void check() {
    if (lost || nanoTime.getAsLong() - heartbeatNanos.getAsLong() > maxSilenceNanos) {
      throw new LeaseLostException();
    }
  }
}
