package dev.parley.bench;

import dev.parley.stack.Console;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Tokens per second over HTTP, beside an endpoint that reads the same requests, returns as many
 * bytes and does nothing. The runs take turns, so that a machine whose speed drifts is unfair to
 * both alike, and begin when the compilers have done what they can.
 */
final class TokenBench implements Measurement {
  private static final String SERVICE = "token-service";
  private static final String BARE = "bare-service";
  private static final String BROKER = "kafka";
  private static final int CONNECTIONS = 32;
  private static final int FEWEST_WARM_UP_ROUNDS = 4;
  private static final int MOST_WARM_UP_ROUNDS = 12;
  private static final double STEADY = 0.97;
  private static final Duration TURN = Duration.ofSeconds(5);
  private static final int TURNS = 3;
  private static final String PLENTY = "1000000000";

  @Override
  public String name() {
    return "token";
  }

  @Override
  public String about() {
    return "tokens per second, with and without a session JWT, beside a bare endpoint";
  }

  /** The turns of one request. */
  private static final class Series {
    private final String service;
    private final LoadDriver.Request request;
    private final Histogram latencies = new Histogram(60_000_000L, 3);
    private long answers;
    private Duration duration = Duration.ZERO;
    private Duration cpu = Duration.ZERO;
    private Duration brokerCpu = Duration.ZERO;
    private Duration driverCpu = Duration.ZERO;

    Series(String service, LoadDriver.Request request) {
      this.service = service;
      this.request = request;
    }

    void turn(LoadDriver driver, LocalStack stack) {
      Duration before = stack.cpu(service);
      Duration brokerBefore = stack.cpu(BROKER);
      Duration driverBefore = ownCpu();
      LoadDriver.Outcome outcome = driver.drive(request, TURN);
      cpu = cpu.plus(stack.cpu(service).minus(before));
      brokerCpu = brokerCpu.plus(stack.cpu(BROKER).minus(brokerBefore));
      driverCpu = driverCpu.plus(ownCpu().minus(driverBefore));
      answers += outcome.answers();
      duration = duration.plus(outcome.duration());
      latencies.add(outcome.latencies());
    }

    private static Duration ownCpu() {
      return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    double perSecond() {
      return answers / (duration.toNanos() / 1e9);
    }

    double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1000.0;
    }

    double cpuMicros() {
      return perAnswer(cpu);
    }

    double brokerMicros() {
      return perAnswer(brokerCpu);
    }

    double driverMicros() {
      return perAnswer(driverCpu);
    }

    private double perAnswer(Duration used) {
      return used.toNanos() / 1000.0 / answers;
    }
  }

  @Override
  public Report run(StackFolder folder, Console console) {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 4000).orNextFree();
    Map<String, Map<String, String>> noLimits =
        Map.of(
            SERVICE,
            Map.of(
                "parley.token.limits.operator-requests",
                PLENTY,
                "parley.token.limits.user-requests",
                PLENTY));
    try (LocalStack stack =
            LocalStack.start(folder.apart("bench-token"), ports, true, noLimits, console);
        LoadDriver driver = new LoadDriver(CONNECTIONS)) {
      stack.startBareService();
      long atRest = stack.residentBytes().getOrDefault(SERVICE, 0L);
      String bearer =
          Api.text(
              URI.create("http://localhost:" + ports.issuer() + "/token?user=bench&role=operator"));
      LoadDriver.Request withoutSession = token(ports, bearer, false);
      LoadDriver.Request withSession = token(ports, bearer, true);
      LoadDriver.Request barePlainRequest = bare(ports, withoutSession, driver);
      LoadDriver.Request bareSessionRequest = bare(ports, withSession, driver);
      warmUp(
          driver,
          stack,
          console,
          () ->
              List.of(
                  new Series(BARE, barePlainRequest),
                  new Series(SERVICE, withoutSession),
                  new Series(BARE, bareSessionRequest),
                  new Series(SERVICE, withSession)));
      Series barePlain = new Series(BARE, barePlainRequest);
      Series bareSession = new Series(BARE, bareSessionRequest);
      Series plain = new Series(SERVICE, withoutSession);
      Series session = new Series(SERVICE, withSession);
      long underLoad = 0;
      for (int turn = 1; turn <= TURNS; turn++) {
        console.line("  turn " + turn + " of " + TURNS);
        for (Series series : List.of(barePlain, plain, bareSession, session)) {
          series.turn(driver, stack);
          underLoad = Math.max(underLoad, stack.residentBytes().getOrDefault(SERVICE, 0L));
        }
      }
      return report(barePlain, plain, bareSession, session, atRest, underLoad);
    }
  }

  /**
   * Takes turns as the measurement does, for code that has seen one kind of request alone is made
   * anew when the other kind comes; until a round costs no less than the one before, within bounds.
   */
  private static void warmUp(
      LoadDriver driver, LocalStack stack, Console console, Supplier<List<Series>> series) {
    double last = Double.MAX_VALUE;
    for (int round = 1; round <= MOST_WARM_UP_ROUNDS; round++) {
      List<Series> all = series.get();
      all.forEach(each -> each.turn(driver, stack));
      double cost = all.stream().mapToDouble(Series::cpuMicros).sum();
      console.line(
          String.format(Locale.ROOT, "  warm-up round %d: %.0f µs for one of each", round, cost));
      if (round >= FEWEST_WARM_UP_ROUNDS && cost > last * STEADY) {
        return;
      }
      last = cost;
    }
  }

  private Report report(
      Series barePlain,
      Series plain,
      Series bareSession,
      Series session,
      long atRest,
      long underLoad) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Figure("access tokens per second", plain.perSecond(), "1/s", barePlain.perSecond()));
    figures.add(
        new Figure(
            "access tokens with session JWT per second",
            session.perSecond(),
            "1/s",
            bareSession.perSecond()));
    for (int percentile : List.of(50, 99)) {
      figures.add(
          new Figure(
              "access token p" + percentile,
              plain.millis(percentile),
              "ms",
              barePlain.millis(percentile)));
      figures.add(
          new Figure(
              "with session JWT p" + percentile,
              session.millis(percentile),
              "ms",
              bareSession.millis(percentile)));
    }
    figures.add(
        new Figure(
            "access token, server CPU per request",
            plain.cpuMicros(),
            "µs",
            barePlain.cpuMicros()));
    figures.add(
        new Figure(
            "with session JWT, server CPU per request",
            session.cpuMicros(),
            "µs",
            bareSession.cpuMicros()));
    figures.add(
        new Figure(
            "access token, broker CPU per request",
            plain.brokerMicros(),
            "µs",
            barePlain.brokerMicros()));
    figures.add(
        new Figure(
            "access token, load driver CPU per request",
            plain.driverMicros(),
            "µs",
            barePlain.driverMicros()));
    figures.add(Figure.of("memory at rest", atRest / 1_048_576.0, "MiB"));
    figures.add(Figure.of("memory under load", underLoad / 1_048_576.0, "MiB"));
    return new Report(name(), figures);
  }

  private static LoadDriver.Request token(Ports ports, String bearer, boolean session) {
    return new LoadDriver.Request(
        ports.tokenService(),
        "/v1/tokens",
        Map.of("Authorization", "Bearer " + bearer, "Content-Type", "application/json"),
        Api.object()
            .put("roomId", "bench-1")
            .put("userId", "alice")
            .put("session", session)
            .toString(),
        201);
  }

  // The same request, and an answer as long.
  private static LoadDriver.Request bare(Ports ports, LoadDriver.Request token, LoadDriver driver) {
    int answerBytes = driver.drive(token, TURN).answerBytes();
    return new LoadDriver.Request(
        ports.bareService(),
        "/constant?bytes=" + answerBytes,
        token.headers(),
        token.body(),
        token.expectedStatus());
  }
}
