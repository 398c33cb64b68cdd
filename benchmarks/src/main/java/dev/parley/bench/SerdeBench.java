package dev.parley.bench;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.stack.Console;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;

/**
 * What the envelope costs: encode and decode of every event type, beside plain Jackson on a record
 * that is equal (payload and attributes) and on the bare payload, in one run, each in a JVM of its
 * own. The environment variable {@code PARLEY_BENCH_TYPES} (names with commas between) takes a part
 * of the types.
 */
final class SerdeBench implements Measurement {
  /** The envelope is to cost less than this many times plain Jackson on an equal record. */
  static final double TARGET = 1.5;

  private static final String ENCODE = "encode, equal record: ";
  private static final String DECODE = "decode, equal record: ";
  private static final String BARE_ENCODE = "encode, bare payload: ";
  private static final String BARE_DECODE = "decode, bare payload: ";
  private static final String MEAN = "(geometric mean)";
  private static final String TIMES = "times";

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
      for (RunResult result : JmhRun.of(SerdeBenchmark.class, "type", type)) {
        nanos
            .computeIfAbsent(type, key -> new TreeMap<>())
            .put(JmhRun.method(result), JmhRun.best(result));
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

  static List<Figure> figures(Map<String, Map<String, Double>> nanos) {
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
            .map(prefix -> mean(prefix + MEAN, figures, prefix))
            .toList();
    figures.addAll(means);
    figures.addAll(judged("encode", figures, ENCODE));
    figures.addAll(judged("decode", figures, DECODE));
    return figures;
  }

  /** What the target is about, last in the table: the mean, the worst, how many are beyond. */
  private static List<Figure> judged(String what, List<Figure> figures, String prefix) {
    List<Figure> types =
        figures.stream()
            .filter(figure -> figure.figure().startsWith(prefix))
            .filter(figure -> !figure.figure().endsWith(MEAN))
            .toList();
    Figure worst = types.stream().max(Comparator.comparingDouble(SerdeBench::times)).orElseThrow();
    long beyond = types.stream().filter(figure -> times(figure) >= TARGET).count();
    return List.of(
        new Figure(
            "TARGET " + what + ", mean of the types",
            geometric(types.stream().map(SerdeBench::times).toList()),
            TIMES,
            TARGET),
        new Figure(
            "TARGET " + what + ", worst: " + worst.figure().substring(prefix.length()),
            times(worst),
            TIMES,
            TARGET),
        Figure.count(
            "TARGET " + what + ", types at or beyond " + TARGET + " of " + types.size(),
            beyond,
            "types"));
  }

  private static double times(Figure figure) {
    return Objects.requireNonNull(figure.ratio(), figure.figure());
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
