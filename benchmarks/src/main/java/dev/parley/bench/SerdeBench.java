package dev.parley.bench;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What the envelope costs: encode and decode of every event type, beside plain Jackson on a record
 * that is equal (payload and attributes) and on the bare payload, in one run, each in a JVM of its
 * own. Of each, the best iteration counts: what else the machine does only adds. The environment
 * variable {@code PARLEY_BENCH_TYPES} (names with commas between) takes a part of the types.
 */
final class SerdeBench implements Measurement {
  private static final TimeValue ITERATION = TimeValue.milliseconds(150);
  private static final String ENCODE = "encode, equal record: ";
  private static final String DECODE = "decode, equal record: ";
  private static final String BARE_ENCODE = "encode, bare payload: ";
  private static final String BARE_DECODE = "decode, bare payload: ";

  @Override
  public String name() {
    return "serde";
  }

  @Override
  public String about() {
    return "encode and decode every event type, beside plain Jackson";
  }

  @Override
  public Report run(StackFolder folder, Console console) {
    String[] types = types();
    console.line(
        "Measuring "
            + types.length
            + " types, about "
            + Math.max(1, types.length * 22 / 60)
            + " minutes ...");
    Map<String, Map<String, Double>> nanos = new TreeMap<>();
    for (String type : types) {
      console.status(type);
      for (RunResult result : measure(type)) {
        String benchmark = result.getParams().getBenchmark();
        nanos
            .computeIfAbsent(type, key -> new TreeMap<>())
            .put(benchmark.substring(benchmark.lastIndexOf('.') + 1), best(result));
      }
    }
    return new Report(name(), figures(nanos));
  }

  private static String[] types() {
    String chosen = System.getenv("PARLEY_BENCH_TYPES");
    return chosen == null || chosen.isEmpty()
        ? PayloadTypes.all().stream().map(SerdeBench::published).sorted().toArray(String[]::new)
        : chosen.split(",");
  }

  private static String published(Class<? extends Payload> type) {
    return PayloadTypes.of(type).value();
  }

  private static Collection<RunResult> measure(String type) {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include("^" + SerdeBenchmark.class.getName().replace(".", "\\.") + "\\.")
                  .param("type", type)
                  .forks(1)
                  .threads(1)
                  .warmupIterations(12)
                  .warmupTime(ITERATION)
                  .measurementIterations(8)
                  .measurementTime(ITERATION)
                  .jvmArgs("-Xmx256m", "-XX:+UseSerialGC")
                  .verbosity(VerboseMode.SILENT)
                  .shouldFailOnError(true)
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new StackException("the benchmark of " + type + " failed: " + e.getMessage());
    }
  }

  private static double best(RunResult result) {
    return result.getAggregatedResult().getIterationResults().stream()
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .min()
        .orElseThrow();
  }

  private static List<Figure> figures(Map<String, Map<String, Double>> nanos) {
    List<Figure> figures = new ArrayList<>();
    nanos.forEach(
        (type, each) -> {
          figures.add(figure(ENCODE + type, each, "encode", "equalEncode"));
          figures.add(figure(DECODE + type, each, "decode", "equalDecode"));
          figures.add(figure(BARE_ENCODE + type, each, "encode", "plainEncode"));
          figures.add(figure(BARE_DECODE + type, each, "decode", "plainDecode"));
        });
    List<Figure> means =
        Stream.of(ENCODE, DECODE, BARE_ENCODE, BARE_DECODE)
            .map(prefix -> mean(prefix + "(geometric mean)", figures, prefix))
            .toList();
    figures.addAll(means);
    return figures;
  }

  private static Figure figure(
      String words, Map<String, Double> each, String measured, String baseline) {
    return new Figure(
        words,
        Objects.requireNonNull(each.get(measured), measured),
        "ns/op",
        Objects.requireNonNull(each.get(baseline), baseline));
  }

  private static Figure mean(String words, List<Figure> figures, String prefix) {
    List<Figure> chosen =
        figures.stream().filter(figure -> figure.figure().startsWith(prefix)).toList();
    return new Figure(
        words,
        geometric(chosen.stream().map(Figure::value).toList()),
        "ns/op",
        geometric(
            chosen.stream().map(figure -> Objects.requireNonNull(figure.baseline())).toList()));
  }

  private static double geometric(List<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
  }
}
