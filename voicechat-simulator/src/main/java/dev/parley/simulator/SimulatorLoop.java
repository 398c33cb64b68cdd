package dev.parley.simulator;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one thread that owns all state of the simulated cloud. Rooms, agents and tasks are plain
 * single-threaded objects because everything that touches them runs here; nothing here may block.
 */
public final class SimulatorLoop implements Scheduler, AutoCloseable {

  private static final Logger LOG = System.getLogger(SimulatorLoop.class.getName());

  private final ScheduledThreadPoolExecutor executor;

  /** Starts the thread. */
  public SimulatorLoop() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "simulated-cloud");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs {@code work} on the loop, after everything handed over before it. */
  public void execute(Runnable work) {
    try {
      executor.execute(guarded(work));
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "the simulated cloud is shut down");
    }
  }

  /** Asks something of the simulated cloud; the answer completes on the loop's thread. */
  public <T> CompletableFuture<T> call(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, executor);
  }

  @Override
  public Timer after(Duration delay, Runnable work) {
    try {
      ScheduledFuture<?> scheduled =
          executor.schedule(guarded(work), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  // An executor swallows what its tasks throw; a defect of the simulator must not vanish.
  private static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "the simulated cloud failed on one step", e);
      }
    };
  }
}
