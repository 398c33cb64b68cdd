package dev.parley.bench;

import dev.parley.stack.Console;
import dev.parley.stack.process.LocalStack;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Turns of a load until there is next to nothing left to compile: what is measured while it is
 * still being compiled shows the compiler. How long that takes depends on the machine.
 */
final class WarmUp {
  // Of one processor. It never ends altogether.
  private static final double NEXT_TO_NOTHING = 0.1;
  private static final int MOST_TURNS = 20;

  // A compiler at work takes one of two processors: with much more than this, the slowest hundredth
  // shows the compiler.
  private static final double CALM = 0.03;
  private static final int MOST_UNTIL_CALM = 8;

  /**
   * What a turn gave.
   *
   * @param compilers how busy they were, in processors; less than {@value #CALM} unless no turn was
   *     calm
   */
  record Calm<T>(T given, double compilers) {}

  private final LocalStack stack;
  private final Runnable beforeEach;

  WarmUp(LocalStack stack) {
    this(stack, () -> {});
  }

  /**
   * With something to do before each turn.
   *
   * @param beforeEach is not part of the turn: what is compiled for it does not count
   */
  WarmUp(LocalStack stack, Runnable beforeEach) {
    this.stack = stack;
    this.beforeEach = beforeEach;
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
      beforeEach.run();
      Compiler compiler = new Compiler();
      fastest = Math.max(fastest, turn.getAsDouble());
      if (compiler.share() < NEXT_TO_NOTHING) {
        break;
      }
    }
    return fastest;
  }

  /**
   * Turn after turn, until one during which so little was compiled that its slowest hundredth says
   * something about what is measured.
   *
   * @return what that turn gave, or the last of some where none was calm
   */
  <T> Calm<T> untilCalm(Supplier<T> turn, Console console) {
    for (int turns = 1; ; turns++) {
      beforeEach.run();
      Compiler compiler = new Compiler();
      T given = turn.get();
      double share = compiler.share();
      boolean calm = share < CALM;
      console.line(
          String.format(
              Locale.ROOT,
              "  compilers: %.3f processors%s",
              share,
              calm ? "" : turns < MOST_UNTIL_CALM ? ", once more" : ", never calm"));
      if (calm || turns == MOST_UNTIL_CALM) {
        return new Calm<>(given, share);
      }
    }
  }

  /** How busy the compilers of all processes have been since this was made. */
  private final class Compiler {
    private final Duration before = compiled();
    private final long began = System.nanoTime();

    /** In processors. */
    double share() {
      return (double) compiled().minus(before).toNanos() / (System.nanoTime() - began);
    }
  }

  private Duration compiled() {
    return stack
        .compiled()
        .plusMillis(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
  }
}
