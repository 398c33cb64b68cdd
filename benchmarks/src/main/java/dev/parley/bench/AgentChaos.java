package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.bench.AgentInventory.Damage;
import dev.parley.stack.Console;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * An API, two workers and the broker, each a process of its own, are killed in turn while agents
 * start, are spoken to, are stopped and lose their users. The cloud takes its time to answer, so
 * that every kill of a worker cuts calls in two. At the end every task and the cloud's own list of
 * agents must agree.
 */
final class AgentChaos implements Measurement {
  private static final String API = "agent-control-service";
  private static final String BROKER = "kafka";
  private static final List<String> WORKERS = List.of("agent-worker-1", "agent-worker-2");

  /** Killed one after the other; those of one line at the same time. */
  private static final List<List<String>> VICTIMS =
      List.of(
          List.of(WORKERS.get(0)),
          List.of(API),
          List.of(WORKERS.get(1)),
          List.of(BROKER),
          List.of(API, WORKERS.get(0)));

  private static final Duration BETWEEN_STARTS = Duration.ofMillis(600);
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int CALLS_TO_CUT = 2;

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public String about() {
    return "kill -9 of API, workers and broker in mid-call; tasks beside the cloud's own list";
  }

  @Override
  public Report run(StackFolder folder, Console console) throws Exception {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 6000).orNextFree();
    Map<String, Map<String, String>> settings =
        Map.of(
            API,
            // JVMs that start again take the processors from the gateway, which tells of agents:
            // what is looked for is what a kill loses, and not how fast this machine is.
            Map.of(
                "parley.agent.roles", "api",
                "parley.agent.tasks.join-deadline", "60s",
                "parley.agent.tasks.command-ttl", "60s"),
            "voicechat-simulator",
            Map.of("parley.simulator.callbacks.kept", "100000"));
    try (LocalStack stack =
            LocalStack.start(folder.apart("chaos-agent"), ports, true, settings, console);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WORKERS.size(); i++) {
        stack.startAnotherAgentControl(
            WORKERS.get(i),
            ports.anotherAgentControl(i + 1),
            Map.of("parley.agent.roles", "worker"));
      }
      AgentCaller caller = new AgentCaller(ports);
      answerLate(caller);
      AtomicBoolean goingOn = new AtomicBoolean(true);
      Future<Damage> damage =
          threads.submit(
              () -> {
                try {
                  return kill(stack, caller, console);
                } finally {
                  goingOn.set(false);
                }
              });
      List<Future<AgentLife>> lives = new ArrayList<>();
      for (int number = 0; goingOn.get(); number++) {
        AgentLife life = new AgentLife(caller, number);
        lives.add(threads.submit(life::live));
        LockSupport.parkNanos(BETWEEN_STARTS.toNanos());
      }
      console.line("  " + lives.size() + " agents were asked for; waiting for the last of them");
      List<AgentLife> over = new ArrayList<>();
      for (Future<AgentLife> life : lives) {
        over.add(life.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      AgentLife.tell(over, console);
      return new AgentInventory(caller, over).report(name(), damage.get());
    }
  }

  // The effect takes place at once and the answer comes late: a worker that is killed meanwhile
  // never learns what became of its call.
  private static void answerLate(AgentCaller caller) {
    var faults = Api.array();
    faults.add(latency("StartVoiceChat", 1500));
    faults.add(latency("StopVoiceChat", 1000));
    faults.add(latency("UpdateVoiceChat", 1000));
    caller.simulate("PUT", "faults", faults);
  }

  private static JsonNode latency(String action, int millis) {
    return Api.object().put("kind", "latency").put("on", action).put("millis", millis);
  }

  private static Damage kill(LocalStack stack, AgentCaller caller, Console console) {
    int calls = 0;
    Instant brokerGone = Instant.MAX;
    Instant brokerBack = Instant.MAX;
    for (List<String> victims : VICTIMS) {
      LockSupport.parkNanos(BETWEEN_KILLS.toNanos());
      int underWay = caller.awaitCallsUnderWay(CALLS_TO_CUT);
      console.line("  kill -9 " + String.join(", ", victims) + "; calls under way: " + underWay);
      calls += underWay;
      Instant gone = Instant.now();
      victims.forEach(stack::kill);
      victims.forEach(stack::startAgain);
      if (victims.contains(BROKER)) {
        brokerGone = gone;
        brokerBack = Instant.now();
      }
    }
    return new Damage(calls, brokerGone, brokerBack);
  }
}
