package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Calls an API that may be dead for a while, and asks the simulator what it sees. */
final class AgentCaller {
  private static final JsonNode NOTHING = Api.JSON.missingNode();
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final String CALLS_UNDER_WAY = "parley_simulator_calls_under_way ";

  private final Ports ports;
  private final String session;

  AgentCaller(Ports ports) {
    this.ports = ports;
    this.session = Sessions.operator(ports);
  }

  Ports ports() {
    return ports;
  }

  /** Calls until somebody answers; a key makes that one call. */
  JsonNode insist(String method, String path, JsonNode body, Map<String, String> headers) {
    URI uri = URI.create("http://localhost:" + ports.agentControl() + path);
    return insist(() -> Api.call(method, uri, session, body, headers).body());
  }

  JsonNode task(String taskId) {
    return insist("GET", "/v1/agents/" + taskId, NOTHING, Map.of());
  }

  /** The task as soon as it is as wanted, or as it is when the patience is over. */
  JsonNode await(String taskId, Predicate<String> state) {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode task = task(taskId);
      if (state.test(task.path("state").asText()) || System.nanoTime() > patience) {
        return task;
      }
      LockSupport.parkNanos(MOMENT.toNanos());
    }
  }

  /** What the simulator's admin interface says. */
  JsonNode simulate(String method, String what, JsonNode body) {
    URI uri = URI.create("http://localhost:" + ports.simulator() + "/admin/" + what);
    return Api.call(method, uri, "", body, Map.of()).body();
  }

  JsonNode simulated(String what) {
    return simulate("GET", what, NOTHING);
  }

  /** Waits until the cloud carries out so many calls at the same time. */
  int awaitCallsUnderWay(int wanted) {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < patience) {
      int underWay = callsUnderWay();
      if (underWay >= wanted) {
        return underWay;
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    throw new StackException("there never were " + wanted + " calls under way");
  }

  /** How many calls the cloud carries out right now. */
  int callsUnderWay() {
    return Api.text(URI.create("http://localhost:" + ports.simulator() + "/q/metrics"))
        .lines()
        .filter(line -> line.startsWith(CALLS_UNDER_WAY))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(CALLS_UNDER_WAY.length())))
        .findFirst()
        .orElseThrow(() -> new StackException("the simulator does not count its calls"));
  }

  private static JsonNode insist(Supplier<JsonNode> call) {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (StackException e) {
        if (System.nanoTime() > patience) {
          throw e;
        }
        LockSupport.parkNanos(MOMENT.toNanos());
      }
    }
  }
}
