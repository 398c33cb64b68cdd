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
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Tokens per second over HTTP, beside an endpoint that returns as many bytes and does nothing. The
 * runs take turns, so that a machine whose speed drifts is unfair to both alike.
 */
final class TokenBench implements Measurement {
  private static final String SERVICE = "token-service";
  private static final String BARE = "bare-service";
  private static final int CONNECTIONS = 32;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
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

    Series(String service, LoadDriver.Request request) {
      this.service = service;
      this.request = request;
    }

    void turn(LoadDriver driver, LocalStack stack) {
      Duration before = stack.cpu(service);
      LoadDriver.Outcome outcome = driver.drive(request, TURN);
      cpu = cpu.plus(stack.cpu(service).minus(before));
      answers += outcome.answers();
      duration = duration.plus(outcome.duration());
      latencies.add(outcome.latencies());
    }

    double perSecond() {
      return answers / (duration.toNanos() / 1e9);
    }

    double p99Millis() {
      return latencies.getValueAtPercentile(99) / 1000.0;
    }

    double cpuMicros() {
      return cpu.toNanos() / 1000.0 / answers;
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
      // A token of every room carries no session JWT; one of a room does.
      LoadDriver.Request withoutSession = token(ports, bearer, "*");
      LoadDriver.Request withSession = token(ports, bearer, "bench-1");
      console.line("  warming up");
      int plainBytes = driver.drive(withoutSession, WARM_UP).answerBytes();
      int sessionBytes = driver.drive(withSession, WARM_UP).answerBytes();
      Series barePlain = new Series(BARE, bare(ports, plainBytes));
      Series bareSession = new Series(BARE, bare(ports, sessionBytes));
      Series plain = new Series(SERVICE, withoutSession);
      Series session = new Series(SERVICE, withSession);
      driver.drive(barePlain.request, WARM_UP);
      for (int turn = 1; turn <= TURNS; turn++) {
        console.line("  turn " + turn + " of " + TURNS);
        for (Series series : List.of(barePlain, plain, bareSession, session)) {
          series.turn(driver, stack);
        }
      }
      return report(
          barePlain,
          plain,
          bareSession,
          session,
          atRest,
          stack.residentBytes().getOrDefault(SERVICE, 0L));
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
    figures.add(new Figure("access token p99", plain.p99Millis(), "ms", barePlain.p99Millis()));
    figures.add(
        new Figure("with session JWT p99", session.p99Millis(), "ms", bareSession.p99Millis()));
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
    figures.add(Figure.of("memory at rest", atRest / 1_048_576.0, "MiB"));
    figures.add(Figure.of("memory after load", underLoad / 1_048_576.0, "MiB"));
    return new Report(name(), figures);
  }

  private static LoadDriver.Request token(Ports ports, String bearer, String roomId) {
    return new LoadDriver.Request(
        ports.tokenService(),
        "/v1/tokens",
        Map.of("Authorization", "Bearer " + bearer, "Content-Type", "application/json"),
        Api.object().put("roomId", roomId).put("userId", "alice").toString(),
        201);
  }

  private static LoadDriver.Request bare(Ports ports, int bytes) {
    return new LoadDriver.Request(
        ports.bareService(),
        "/constant?bytes=" + bytes,
        Map.of("Content-Type", "application/json"),
        Api.object().put("roomId", "bench-1").put("userId", "alice").toString(),
        201);
  }
}
