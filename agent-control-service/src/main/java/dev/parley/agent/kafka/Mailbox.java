package dev.parley.agent.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Runs the work of one room in order, one piece at a time, on whatever thread is free. */
final class Mailbox {
  private final Executor executor;
  private final Deque<Runnable> waiting = new ArrayDeque<>(2);
  private boolean running;
  private boolean closed;

  Mailbox(Executor executor) {
    this.executor = executor;
  }

  /** Adds work; a closed mailbox drops it. */
  void post(Runnable work) {
    synchronized (this) {
      if (closed) {
        return;
      }
      waiting.add(work);
      if (running) {
        return;
      }
      running = true;
    }
    executor.execute(this::drain);
  }

  private void drain() {
    while (true) {
      Runnable work;
      synchronized (this) {
        work = waiting.poll();
        if (work == null) {
          running = false;
          return;
        }
      }
      work.run();
    }
  }

  /** Drops what waits and takes nothing more; what runs goes on. */
  synchronized void close() {
    closed = true;
    waiting.clear();
  }

  /** True when nothing runs and nothing waits. */
  synchronized boolean idle() {
    return !running && waiting.isEmpty();
  }
}
