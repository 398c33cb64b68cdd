package dev.parley.bench;

import dev.parley.stack.process.LocalStack;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Turns of a load until there is next to nothing left to compile: what is measured while it is
 * still being compiled shows the compiler. How long that takes depends on the machine.
 */
final class WarmUp {
  // Of one processor. It never ends altogether.
  private static final double NEXT_TO_NOTHING = 0.1;
  private static final int MOST_TURNS = 20;

  private final LocalStack stack;

  WarmUp(LocalStack stack) {
    this.stack = stack;
  }

  /**
   * Turn after turn.
   *
   * @param turn says how fast it went
   * @return the fastest
   */
  double with(DoubleSupplier turn) {
    double fastest = 0;
    for (int turns = 0; turns < MOST_TURNS; turns++) {
      Duration before = compiled();
      long began = System.nanoTime();
      fastest = Math.max(fastest, turn.getAsDouble());
      double share = (double) compiled().minus(before).toNanos() / (System.nanoTime() - began);
      if (share < NEXT_TO_NOTHING) {
        break;
      }
    }
    return fastest;
  }

  private Duration compiled() {
    return stack
        .compiled()
        .plusMillis(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
  }
}
