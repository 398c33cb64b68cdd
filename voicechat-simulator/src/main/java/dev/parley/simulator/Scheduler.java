package dev.parley.simulator;

import java.time.Duration;

/** Runs work later, on the one thread that owns the simulated cloud. */
public interface Scheduler {

  /** Runs {@code work} once, no earlier than {@code delay} from now. */
  Timer after(Duration delay, Runnable work);

  /** Work that has been scheduled. */
  interface Timer {

    /** Prevents the work from running; harmless when it already ran. */
    void cancel();
  }
}
