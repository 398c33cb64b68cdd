package dev.parley.token.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * Callers do not wait: records wait in memory, in order, until the sink has them. They gather for a
 * moment, because a hundred written together cost the sink little more than one. While the sink
 * fails they are offered again after a growing pause, with the same ids; of those on their way
 * together when it began to fail, later ones can get through before earlier ones. Beyond the bound
 * the newest are lost, counted and said. What waits when the process dies is lost; whoever cannot
 * have that takes {@link AwaitedAudit}.
 */
public final class BufferedAudit implements AuditTrail {
  private static final Logger LOG = Logger.getLogger(BufferedAudit.class);
  private static final int BATCH = 2_000;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  private final AuditSink sink;
  private final int bound;
  private final Duration gather;
  private final Later later;
  private final Object lock = new Object();

  // All below are guarded by the lock.
  private final Deque<AuditRecord> queue = new ArrayDeque<>();
  private boolean writing;
  private boolean failing;
  private boolean losing;
  private long lost;
  private Duration pause = FIRST_PAUSE;
  private CompletableFuture<Void> empty = CompletableFuture.completedFuture(null);

  /** Runs something after a while, on any thread. */
  public interface Later {
    /** Runs {@code action} after {@code pause}. */
    void run(Duration pause, Runnable action);
  }

  /**
   * Holds at most {@code bound} records.
   *
   * @param gather how long records wait for others to be written with them
   */
  public BufferedAudit(AuditSink sink, int bound, Duration gather, Later later) {
    this.sink = sink;
    this.bound = bound;
    this.gather = gather;
    this.later = later;
  }

  @Override
  public CompletionStage<Void> record(List<AuditRecord> records) {
    boolean begin;
    synchronized (lock) {
      int taken = Math.min(records.size(), bound - queue.size());
      queue.addAll(records.subList(0, taken));
      lose(records.size() - taken);
      begin = !writing && !queue.isEmpty();
      if (begin) {
        writing = true;
        empty = new CompletableFuture<>();
      }
    }
    if (begin) {
      later.run(gather, this::write);
    }
    return DONE;
  }

  private void lose(int count) {
    if (count == 0) {
      losing = false;
      return;
    }
    lost += count;
    if (!losing) {
      // Once per stretch: the counter says how many.
      losing = true;
      LOG.errorf("audit records are being lost: %d wait for Kafka and no more may", bound);
    }
  }

  private void write() {
    List<AuditRecord> batch;
    synchronized (lock) {
      // One alone while the sink fails: of several, a later one could get through before an
      // earlier, and be told again with it.
      batch = queue.stream().limit(failing ? 1 : BATCH).toList();
    }
    CompletionStage<Void> written;
    try {
      written = sink.write(batch);
    } catch (RuntimeException e) {
      written = CompletableFuture.failedStage(e);
    }
    written.whenComplete((ok, failure) -> settle(batch.size(), failure == null));
  }

  private void settle(int count, boolean kept) {
    Duration wait = Duration.ZERO;
    CompletableFuture<Void> drained = null;
    synchronized (lock) {
      failing = !kept;
      if (kept) {
        pause = FIRST_PAUSE;
        for (int i = 0; i < count; i++) {
          queue.removeFirst();
        }
        if (queue.isEmpty()) {
          writing = false;
          drained = empty;
        } else if (queue.size() < BATCH) {
          wait = gather;
        }
      } else {
        wait = pause;
        pause = pause.multipliedBy(2);
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
          pause = LONGEST_PAUSE;
        }
      }
    }
    if (drained != null) {
      drained.complete(null);
    } else {
      // Never from here directly: a sink that answers at once would grow the stack.
      later.run(wait, this::write);
    }
  }

  /** Completes when nothing waits. */
  public CompletionStage<Void> drained() {
    synchronized (lock) {
      return empty.copy();
    }
  }

  /** The records that wait, oldest first. */
  List<AuditRecord> pending() {
    synchronized (lock) {
      return new ArrayList<>(queue);
    }
  }

  @Override
  public int waiting() {
    synchronized (lock) {
      return queue.size();
    }
  }

  @Override
  public long lost() {
    synchronized (lock) {
      return lost;
    }
  }
}
