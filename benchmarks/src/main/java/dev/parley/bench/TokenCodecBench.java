package dev.parley.bench;

import dev.parley.stack.Console;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;

/**
 * What one access token costs: made, read, verified, each beside the HMAC that the format asks for,
 * and with native cryptography beside the JDK's own.
 */
final class TokenCodecBench implements Measurement {
  private static final String JAVA = "java";
  private static final String NATIVE = "native";
  private static final List<String> METHODS =
      List.of("generate", "parse", "verify", "hmac", "sessionSign", "sessionVerify");

  @Override
  public String name() {
    return "token-codec";
  }

  @Override
  public String about() {
    return "make, read and verify one access token; the JDK's cryptography and a native one";
  }

  @Override
  public Report run(StackFolder folder, Console console) {
    Map<String, Map<String, Double>> nanos = new TreeMap<>();
    for (String crypto : List.of(JAVA, NATIVE)) {
      console.status(crypto);
      for (RunResult result : JmhRun.of(TokenCodecBenchmark.class, "crypto", crypto)) {
        nanos
            .computeIfAbsent(crypto, key -> new TreeMap<>())
            .put(JmhRun.method(result), JmhRun.best(result));
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (String method : List.of("generate", "parse", "verify")) {
      figures.add(
          new Figure(
              method + ", beside its HMAC alone",
              of(nanos, JAVA, method),
              "ns/op",
              of(nanos, JAVA, "hmac")));
    }
    for (String method : METHODS) {
      figures.add(
          new Figure(
              method + ", native beside the JDK's",
              of(nanos, NATIVE, method),
              "ns/op",
              of(nanos, JAVA, method)));
    }
    return new Report(name(), figures);
  }

  private static double of(Map<String, Map<String, Double>> nanos, String crypto, String method) {
    return Objects.requireNonNull(
        nanos.getOrDefault(crypto, Map.of()).get(method), crypto + " " + method);
  }
}
