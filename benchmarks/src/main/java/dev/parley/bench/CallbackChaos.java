package dev.parley.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.Console;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Agents live while the cloud loses, doubles, delays and reorders what it calls back. Of what tells
 * that an agent is there, one sign is always left; every task must end as it should all the same.
 */
final class CallbackChaos implements Measurement {
  private static final int LIVES_PER_ROUND = 18;
  private static final Duration BETWEEN_STARTS = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private record Round(String what, List<ObjectNode> faults) {}

  private static final List<Round> ROUNDS =
      List.of(
          new Round("every callback twice", List.of(fault("duplicate-callback"))),
          new Round("every callback after the next one", List.of(fault("reorder-callback"))),
          new Round(
              "run stages and states lost: only the agent's user tells that it is there",
              List.of(
                  fault("lose-callback").put("on", "taskStart"),
                  fault("lose-callback").put("on", "beginAsking"),
                  fault("lose-callback").put("on", "asrFinish"),
                  fault("lose-callback").put("on", "answerStart"),
                  fault("lose-callback").put("on", "answerFinish"),
                  fault("lose-callback").put("on", "conv"))),
          new Round(
              "twice, after the next one, and joins two seconds late",
              List.of(
                  fault("duplicate-callback"),
                  fault("reorder-callback"),
                  fault("delay-callback").put("on", "UserJoinRoom").put("millis", 2000))));

  @Override
  public String name() {
    return "callbacks";
  }

  @Override
  public String about() {
    return "callbacks lost, doubled, late and out of order; tasks beside the cloud's own list";
  }

  @Override
  public Report run(StackFolder folder, Console console) throws Exception {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 7000).orNextFree();
    Map<String, Map<String, String>> settings =
        Map.of("voicechat-simulator", Map.of("parley.simulator.callbacks.kept", "100000"));
    try (LocalStack stack =
            LocalStack.start(folder.apart("chaos-callbacks"), ports, true, settings, console);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      AgentCaller caller = new AgentCaller(stack.ports());
      List<AgentLife> over = new ArrayList<>();
      for (Round round : ROUNDS) {
        console.line("  " + round.what());
        ArrayNode faults = Api.array();
        round.faults().forEach(faults::add);
        caller.simulate("PUT", "faults", faults);
        List<Future<AgentLife>> lives = new ArrayList<>();
        for (int i = 0; i < LIVES_PER_ROUND; i++) {
          AgentLife life = new AgentLife(caller, over.size() + i);
          lives.add(threads.submit(life::live));
          LockSupport.parkNanos(BETWEEN_STARTS.toNanos());
        }
        for (Future<AgentLife> life : lives) {
          over.add(life.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
      }
      AgentLife.tell(over, console);
      return new AgentInventory(caller, over).report(name(), AgentInventory.Damage.NONE);
    }
  }

  private static ObjectNode fault(String kind) {
    return Api.object().put("kind", kind);
  }
}
