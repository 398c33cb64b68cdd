package dev.parley.bench;

import dev.parley.stack.StackException;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks of JMH, each in a JVM of its own. */
final class JmhRun {
  private static final TimeValue ITERATION = TimeValue.milliseconds(150);

  private JmhRun() {}

  /**
   * Every benchmark of a class, for one value of its parameter.
   *
   * @throws StackException when one fails
   */
  static Collection<RunResult> of(Class<?> benchmarks, String parameter, String value) {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
                  .param(parameter, value)
                  .forks(1)
                  .threads(1)
                  .warmupIterations(12)
                  .warmupTime(ITERATION)
                  .measurementIterations(8)
                  .measurementTime(ITERATION)
                  .jvmArgs("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
                  .verbosity(VerboseMode.SILENT)
                  .shouldFailOnError(true)
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new StackException("the benchmark of " + value + " failed: " + e.getMessage());
    }
  }

  /** The method that was measured. */
  static String method(RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    return benchmark.substring(benchmark.lastIndexOf('.') + 1);
  }

  /** The best iteration: what else the machine does only adds. */
  static double best(RunResult result) {
    return result.getAggregatedResult().getIterationResults().stream()
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .min()
        .orElseThrow();
  }
}
