package dev.parley.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bench.WarmUp.Calm;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.Heap;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.process.Wiring;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Starts per second through an API and one or two workers, each a process of its own, and what that
 * adds to the cloud's own latency, beside a plain loop that makes the same signed calls and keeps
 * no record of them. The cloud takes its time to answer, so that calls have to be in flight
 * together.
 */
final class AgentBench implements Measurement {
  private static final String API = "agent-control-service";
  private static final Duration CLOUD_LATENCY = Duration.ofMillis(300);
  // What an account may call in a second, if nobody has asked for more.
  private static final int ACCOUNT_QUOTA = 60;
  private static final int AT_A_TIME = 120;
  private static final int MANY = 500;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final Duration MEASURED_LATENCY = Duration.ofSeconds(30);
  private static final String PLENTY = "1000000";
  // More than is ever reached; the share of each partition is kept call by call.
  private static final String QUOTA = "12000";

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public String about() {
    return "agents started per second, one and two workers, beside a plain loop of signed calls";
  }

  @Override
  public Report run(StackFolder folder, Console console) {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 5000).orNextFree();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try (LocalStack stack =
        LocalStack.start(
            folder.apart("bench-agent"), ports, true, Heap.PROMPT_SERVER, settings(), console)) {
      stack.startAnotherAgentControl(
          "agent-worker-1", ports.anotherAgentControl(1), Map.of("parley.agent.roles", "worker"));
      // It has nothing to do with starts, and would follow the topics beside what is measured.
      stack.kill("room-gateway");
      WebClient client = WebClient.create(vertx, new WebClientOptions().setMaxPoolSize(2 * MANY));
      try (DispatchWatch watch = new DispatchWatch("localhost:" + ports.kafka())) {
        BiConsumer<String, StartLoad> plain = plainCalls(client, ports);
        StartedAgents agents = new StartedAgents(client, ports, watch);
        BiConsumer<String, StartLoad> parley = agents::start;
        Turns turns = new Turns(vertx, new AgentCaller(ports), agents, stack, console);
        turns.warmUp("warm-up", parley);
        StartLoad.Outcome plainFull = turns.closed("plain", plain, AT_A_TIME);
        StartLoad.Outcome one = turns.closed("one-worker", parley, AT_A_TIME);
        StartLoad.Outcome plainMany = turns.closedUntilCalm("plain-many", plain);
        StartLoad.Outcome oneMany = turns.closedUntilCalm("one-worker-many", parley);
        int inFlight = turns.mostUnderWay();
        double half = Math.max(one.perSecond(), oneMany.perSecond()) / 2;
        StartStages plainQuota = turns.open("plain-quota", plain, ACCOUNT_QUOTA);
        Calm<StartStages> plainHalf = turns.openUntilCalm("plain-half", plain, half);
        StartStages oneQuota = turns.open("one-worker-quota", parley, ACCOUNT_QUOTA);
        Calm<StartStages> oneHalf = turns.openUntilCalm("one-worker-half", parley, half);
        stack.startAnotherAgentControl(
            "agent-worker-2", ports.anotherAgentControl(2), Map.of("parley.agent.roles", "worker"));
        turns.warmUp("warm-up-of-two", parley);
        StartLoad.Outcome two = turns.closed("two-workers", parley, AT_A_TIME);
        StartLoad.Outcome twoMany = turns.closedUntilCalm("two-workers-many", parley);
        StartStages twoQuota = turns.open("two-workers-quota", parley, ACCOUNT_QUOTA);
        Calm<StartStages> twoHalf = turns.openUntilCalm("two-workers-half", parley, half);
        List<Figure> figures = new ArrayList<>();
        figures.add(perSecond(AT_A_TIME, "one worker", one, plainFull));
        figures.add(perSecond(AT_A_TIME, "two workers", two, plainFull));
        figures.add(perSecond(MANY, "one worker", oneMany, plainMany));
        figures.add(perSecond(MANY, "two workers", twoMany, plainMany));
        figures.add(
            Figure.count("most calls in flight, " + MANY + " at a time, one worker", inFlight, ""));
        String quota = "at " + ACCOUNT_QUOTA + " a second, ";
        String halfLoad = "at half load, ";
        figures.addAll(overhead(quota + "one worker", oneQuota, plainQuota));
        figures.addAll(overhead(quota + "two workers", twoQuota, plainQuota));
        figures.add(Figure.of("half load", half, "1/s"));
        figures.addAll(overhead(halfLoad + "one worker", oneHalf.given(), plainHalf.given()));
        figures.addAll(overhead(halfLoad + "two workers", twoHalf.given(), plainHalf.given()));
        String compilers = "compilers meanwhile, ";
        figures.add(Figure.of(compilers + "one worker", oneHalf.compilers(), "processors"));
        figures.add(Figure.of(compilers + "two workers", twoHalf.compilers(), "processors"));
        return new Report(name(), figures);
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /**
   * One load after the other, each without the agents of the one before: what a start takes depends
   * on how many are there.
   */
  private static final class Turns {
    private static final List<String> PROCESSES =
        List.of(API, "agent-worker-1", "voicechat-simulator", "kafka");
    private static final String DRIVER = "driver";

    private final Vertx vertx;
    private final AgentCaller caller;
    private final StartedAgents agents;
    private final LocalStack stack;
    private final Console console;
    private int mostUnderWay;

    Turns(
        Vertx vertx, AgentCaller caller, StartedAgents agents, LocalStack stack, Console console) {
      this.vertx = vertx;
      this.caller = caller;
      this.agents = agents;
      this.stack = stack;
      this.console = console;
    }

    StartLoad.Outcome closed(String name, BiConsumer<String, StartLoad> starter, int atATime) {
      anew();
      return closedNow(name, starter, atATime);
    }

    private StartLoad.Outcome closedNow(
        String name, BiConsumer<String, StartLoad> starter, int atATime) {
      StartLoad load = new StartLoad(vertx, name + "-" + atATime + "-", starter);
      return run(name, () -> load.closed(atATime, WARM_UP, MEASURED));
    }

    StartStages open(String name, BiConsumer<String, StartLoad> starter, double perSecond) {
      anew();
      return openNow(name, starter, perSecond);
    }

    private StartStages openNow(
        String name, BiConsumer<String, StartLoad> starter, double perSecond) {
      StartLoad load = new StartLoad(vertx, name + "-", starter);
      StartLoad.Outcome outcome = run(name, () -> load.open(perSecond, WARM_UP, MEASURED_LATENCY));
      StartStages stages = StartStages.of(outcome.starts(), caller.simulated("calls"));
      console.line("  " + stages.words());
      return stages;
    }

    StartLoad.Outcome closedUntilCalm(String name, BiConsumer<String, StartLoad> starter) {
      AtomicInteger turn = new AtomicInteger();
      return new WarmUp(stack, this::anew)
          .untilCalm(() -> closedNow(name + "-" + turn.incrementAndGet(), starter, MANY), console)
          .given();
    }

    // The load is another one than that for which everything was compiled before.
    Calm<StartStages> openUntilCalm(
        String name, BiConsumer<String, StartLoad> starter, double perSecond) {
      AtomicInteger turn = new AtomicInteger();
      return new WarmUp(stack, this::anew)
          .untilCalm(
              () -> openNow(name + "-" + turn.incrementAndGet(), starter, perSecond), console);
    }

    void warmUp(String name, BiConsumer<String, StartLoad> starter) {
      AtomicInteger turn = new AtomicInteger();
      double unused =
          new WarmUp(stack, this::anew)
              .with(
                  () -> closedNow(name + "-" + turn.incrementAndGet(), starter, MANY).perSecond());
    }

    /** How many calls the cloud saw at the same time in the last turn. */
    int mostUnderWay() {
      return mostUnderWay;
    }

    private StartLoad.Outcome run(String name, Supplier<StartLoad.Outcome> load) {
      Map<String, Duration> before = cpu();
      long began = System.nanoTime();
      AtomicBoolean goingOn = new AtomicBoolean(true);
      Thread watch = Thread.ofPlatform().start(() -> watch(goingOn));
      try {
        StartLoad.Outcome outcome = load.get();
        Histogram latencies = outcome.latencies();
        console.line(
            String.format(
                Locale.ROOT,
                "  %-18s %6.0f/s  p50 %6.1f ms  p99 %6.1f ms  in flight %4d  processors:%s",
                name,
                outcome.perSecond(),
                StartStages.millis(latencies, 50),
                StartStages.millis(latencies, 99),
                mostUnderWay,
                shares(before, System.nanoTime() - began)));
        return outcome;
      } finally {
        goingOn.set(false);
        watch.interrupt();
      }
    }

    private void watch(AtomicBoolean goingOn) {
      mostUnderWay = 0;
      try {
        while (goingOn.get()) {
          mostUnderWay = Math.max(mostUnderWay, caller.callsUnderWay());
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
      } catch (StackException e) {
        // In the middle of a look when the turn was over.
        if (goingOn.get()) {
          throw e;
        }
      }
    }

    private Map<String, Duration> cpu() {
      Map<String, Duration> cpu = new TreeMap<>();
      PROCESSES.forEach(name -> cpu.put(name, stack.cpu(name)));
      cpu.put(DRIVER, ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
      return cpu;
    }

    // Where the time goes, in processors kept busy.
    private String shares(Map<String, Duration> before, long elapsedNanos) {
      StringBuilder shares = new StringBuilder();
      cpu()
          .forEach(
              (name, now) -> {
                Duration used = now.minus(before.getOrDefault(name, Duration.ZERO));
                shares.append(
                    String.format(
                        Locale.ROOT, " %s %.2f", name, (double) used.toNanos() / elapsedNanos));
              });
      return shares.toString();
    }

    private void anew() {
      // The cloud answers at once until it is told to be slow.
      caller.simulate("PUT", "faults", Api.array());
      agents.stopAll();
      caller.simulate("POST", "reset", Api.JSON.missingNode());
      var faults = Api.array();
      faults.add(Api.object().put("kind", "latency").put("millis", CLOUD_LATENCY.toMillis()));
      faults.add(Api.object().put("kind", "never-joins"));
      caller.simulate("PUT", "faults", faults);
      // What it kept of them is collected now, and not while something is measured.
      long unused = stack.liveHeapBytes("voicechat-simulator");
    }
  }

  private static Figure perSecond(
      int atATime, String who, StartLoad.Outcome outcome, StartLoad.Outcome plain) {
    return new Figure(
        "starts per second, " + atATime + " at a time, " + who,
        outcome.perSecond(),
        "1/s",
        plain.perSecond());
  }

  private static List<Figure> overhead(String when, StartStages stages, StartStages plain) {
    return Stream.of(50, 99)
        .map(
            percentile ->
                new Figure(
                    "overhead p" + percentile + " " + when,
                    StartStages.millis(stages.overhead(), percentile),
                    "ms",
                    StartStages.millis(plain.overhead(), percentile)))
        .toList();
  }

  private static Map<String, Map<String, String>> settings() {
    Map<String, String> agent = new TreeMap<>();
    agent.put("parley.agent.roles", "api");
    agent.put("parley.agent.cloud.quota-per-second", QUOTA);
    // Agents never appear: what is measured is the way to the cloud and back.
    agent.put("parley.agent.tasks.join-deadline", "1h");
    return Map.of(
        API,
        agent,
        "voicechat-simulator",
        Map.of(
            "parley.simulator.open-api.calls-per-second",
            PLENTY,
            "parley.simulator.open-api.max-tasks",
            PLENTY,
            "parley.simulator.open-api.kept-calls",
            PLENTY,
            "parley.simulator.open-api.operation-time",
            "0ms"));
  }

  private static BiConsumer<String, StartLoad> plainCalls(WebClient client, Ports ports) {
    String host = "localhost:" + ports.simulator();
    return (room, load) -> {
      byte[] body = startBody(room).toString().getBytes(StandardCharsets.UTF_8);
      var request =
          client.request(HttpMethod.POST, ports.simulator(), "localhost", SignedCall.START);
      SignedCall.headers(Wiring.ACCESS_KEY_ID, Wiring.SECRET_ACCESS_KEY, host, body, Instant.now())
          .forEach(request::putHeader);
      request
          .sendBuffer(Buffer.buffer(body))
          .onSuccess(
              answer -> {
                if (answer.statusCode() == 200) {
                  load.over(room, Instant.now());
                } else {
                  load.failed("the cloud answered " + answer.bodyAsString());
                }
              })
          .onFailure(failure -> load.failed(String.valueOf(failure.getMessage())));
    };
  }

  private static ObjectNode startBody(String room) {
    ObjectNode body =
        Api.object().put("AppId", Wiring.APP_ID).put("RoomId", room).put("TaskId", "t-" + room);
    ObjectNode agent = body.putObject("AgentConfig").put("UserId", "agent-" + room);
    agent.putArray("TargetUserId").add("alice");
    ObjectNode config = body.putObject("Config");
    config.putObject("LLMConfig").put("Mode", "ArkV3").put("EndPointId", "ep-1");
    config.putObject("ASRConfig").put("Provider", "volcano");
    config.putObject("TTSConfig").put("Provider", "volcano");
    return body;
  }
}
