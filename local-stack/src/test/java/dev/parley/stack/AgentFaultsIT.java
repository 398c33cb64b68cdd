package dev.parley.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Topic;
import dev.parley.stack.AgentCloud.Guest;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Agents while the cloud, their worker or Kafka fails, in processes of their own. Whatever happens,
 * in the end every start has made one agent at most, every task has settled, the cloud's own list
 * of agents and Parley's tasks agree, and nobody pays for an agent whose user is gone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class AgentFaultsIT {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path STATE = Path.of("target", "agent-faults").toAbsolutePath();
  private static final String API = "agent-control-service";
  private static final String WORKER = "agent-worker";
  private static final String SECOND_WORKER = "agent-worker-2";
  private static final String THIRD_WORKER = "agent-worker-3";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final String RUNNING = "RUNNING";
  private static final String STOPPED = "STOPPED";
  private static final String FAILED = "FAILED";
  private static final Set<String> SETTLED = Set.of(RUNNING, STOPPED, FAILED);

  private static final String START = "StartVoiceChat";
  private static final String STOP = "StopVoiceChat";

  // Below the ports that systems give to outgoing connections, which come and go.
  private final Ports ports =
      new Ports(ThreadLocalRandom.current().nextInt(8_000, 30_000)).orNextFree();
  private final Map<String, String> taskOf = new LinkedHashMap<>();
  private final Map<String, Guest> guestOf = new HashMap<>();

  private LocalStack stack;
  private AgentCloud cloud;

  @BeforeAll
  void startTheStack() {
    stack =
        LocalStack.start(
            new StackFolder(PROJECT, STATE),
            ports,
            true,
            Map.of(
                API,
                Map.of(
                    "parley.agent.roles", "api",
                    "parley.agent.tasks.join-deadline", "10s",
                    "parley.agent.reaper.target-left-grace", GRACE.toSeconds() + "s",
                    "parley.agent.worker.session-timeout", "6s")),
            Console.system());
    startWorker(WORKER, 1);
    cloud = new AgentCloud(ports);
    cloud.faults(faults());
  }

  private void startWorker(String name, int number) {
    stack.startAnotherAgentControl(
        name, ports.anotherAgentControl(number), Map.of("parley.agent.roles", "worker"));
  }

  @AfterAll
  void stopTheStack() {
    if (stack != null) {
      stack.close();
    }
  }

  private static ArrayNode faults() {
    ArrayNode faults = Api.array();
    faults.add(latency("slow", START, 1500));
    faults.add(error("unavailable", START, 503, "InternalError.RPC", 2));
    faults.add(error("throttled", START, 429, "FlowLimitExceeded.QPSOverLimit", 2));
    faults.add(error("error-inside-200", START, 200, "InternalError.Unknown", 1));
    faults.add(error("refused-inside-200", START, 200, "AccessDenied.ServiceNotEnabled", 100));
    faults.add(fault("cut", "cut-before", START).put("when", "before").put("times", 1));
    faults.add(fault("cut", "cut-after", START).put("when", "after").put("times", 1));
    faults.add(fault("empty-answer", "empty", START).put("times", 1));
    faults.add(fault("never-joins", "never-joins", START));
    faults.add(fault("pre-param-check", "parameters", START));
    faults.add(fault("lose-callback", "lost", "taskStart"));
    faults.add(fault("lose-callback", "lost", "conv"));
    faults.add(inRoom("duplicate-callback", "doubled"));
    faults.add(fault("reorder-callback", "reordered", "UserJoinRoom"));
    faults.add(inRoom("delay-callback", "late").put("millis", 1000));
    faults.add(error("stop-unavailable", STOP, 503, "InternalError.RPC", 2));
    faults.add(fault("cut", "stop-cut", STOP).put("when", "after").put("times", 1));
    faults.add(latency("leaves-early", START, 1000));
    // The effect takes place at once and the answer comes late: a worker that is killed meanwhile
    // never learns what became of its call.
    faults.add(latency("kill-start-1", START, 4000));
    faults.add(latency("kill-start-2", START, 4000));
    faults.add(latency("kill-leaves", START, 4000));
    faults.add(latency("kill-stop", STOP, 4000));
    faults.add(latency("kill-returns", START, 4000));
    faults.add(latency("over-start-1", START, 4000));
    faults.add(latency("over-start-2", START, 4000));
    faults.add(latency("over-leaves", START, 4000));
    faults.add(latency("over-stop", STOP, 4000));
    faults.add(latency("still-start-1", START, 4000));
    faults.add(latency("still-start-2", START, 4000));
    faults.add(latency("still-leaves", START, 4000));
    faults.add(latency("still-stop", STOP, 4000));
    faults.add(latency("broker-start", START, 1000));
    return faults;
  }

  private static ObjectNode latency(String room, String action, int millis) {
    return fault("latency", room, action).put("millis", millis);
  }

  private static ObjectNode error(String room, String action, int status, String code, int times) {
    return fault("error", room, action).put("status", status).put("code", code).put("times", times);
  }

  private static ObjectNode fault(String kind, String room, String on) {
    return inRoom(kind, room).put("on", on);
  }

  private static ObjectNode inRoom(String kind, String room) {
    return Api.object().put("kind", kind).put("roomId", room);
  }

  private static String userOf(String room) {
    return "user-" + room;
  }

  private void asked(String... rooms) throws InterruptedException {
    for (String room : rooms) {
      guestOf.put(room, cloud.enter(room, userOf(room)));
      taskOf.put(room, cloud.start(room, userOf(room)));
    }
  }

  /** True when the first worker and that one share all partitions. */
  private boolean worksBesideTheFirst(int number) {
    int first = cloud.partitionsOf(ports.anotherAgentControl(1));
    int other = cloud.partitionsOf(ports.anotherAgentControl(number));
    return first > 0 && other > 0 && first + other == Topic.PARTITIONS;
  }

  private String taskOf(String room) {
    return taskOf.getOrDefault(room, "");
  }

  private void stop(String room) {
    cloud.stop(taskOf(room));
  }

  private void leave(String room) {
    Objects.requireNonNull(guestOf.remove(room)).leave();
  }

  private void comeBack(String room) throws InterruptedException {
    guestOf.put(room, cloud.enter(room, userOf(room)));
  }

  private void awaitStates(Map<String, String> expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(states(expected.keySet())).containsExactlyInAnyOrderEntriesOf(expected));
  }

  private Map<String, String> states(Set<String> rooms) {
    Map<String, String> states = new TreeMap<>();
    rooms.forEach(room -> states.put(room, cloud.state(taskOf(room))));
    return states;
  }

  /** Of all that were ever asked for, and for longer than anybody is given to come back. */
  private void everythingAgrees() {
    await()
        .during(GRACE.plusSeconds(1))
        .pollInterval(Duration.ofMillis(300))
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, String> states = states(taskOf.keySet());
              assertThat(states.values()).allMatch(SETTLED::contains);
              assertThat(cloud.active())
                  .isEqualTo(
                      states.entrySet().stream()
                          .filter(state -> state.getValue().equals(RUNNING))
                          .map(state -> taskOf(state.getKey()))
                          .collect(Collectors.toCollection(TreeSet::new)));
              assertThat(cloud.forgotten()).isEmpty();
            });
    assertThat(taskOf.values()).allSatisfy(this::startedOnceAtMost);
  }

  private void startedOnceAtMost(String taskId) {
    assertThat(cloud.startedFor(taskId)).as("agents for " + taskId).isLessThanOrEqualTo(1);
  }

  private static Map<String, String> all(String state, String... rooms) {
    Map<String, String> states = new HashMap<>();
    for (String room : rooms) {
      states.put(room, state);
    }
    return states;
  }

  @Test
  void aCloudThatFailsHasOneAgentForAStartAndNoneTooMany() throws Exception {
    // When
    asked("slow", "unavailable", "throttled", "error-inside-200", "refused-inside-200");
    asked("cut-before", "cut-after", "empty", "never-joins", "parameters");
    asked("lost", "doubled", "reordered", "late");
    asked("stop-unavailable", "stop-cut", "leaves", "leaves-early");
    leave("leaves-early");
    awaitStates(all(RUNNING, "stop-unavailable", "stop-cut", "leaves"));
    stop("stop-unavailable");
    stop("stop-cut");
    leave("leaves");

    // Then
    Map<String, String> ends = all(STOPPED, "stop-unavailable", "stop-cut", "leaves");
    ends.putAll(all(STOPPED, "leaves-early"));
    ends.putAll(all(FAILED, "refused-inside-200", "never-joins", "parameters"));
    ends.putAll(all(RUNNING, "slow", "unavailable", "throttled", "error-inside-200"));
    ends.putAll(all(RUNNING, "cut-before", "cut-after", "empty"));
    ends.putAll(all(RUNNING, "lost", "doubled", "reordered", "late"));
    awaitStates(ends);
    assertThat(cloud.task(taskOf("never-joins")).at("/failure/code").asText())
        .isEqualTo("agent_never_joined");
    everythingAgrees();
    assertThat(states(ends.keySet())).containsExactlyInAnyOrderEntriesOf(ends);
  }

  @Test
  void aWorkerThatIsKilledInMidCallLosesAndDoublesNothing() throws Exception {
    // Given
    asked("kill-stop");
    awaitStates(all(RUNNING, "kill-stop"));

    // When
    asked("kill-start-1", "kill-start-2", "kill-leaves", "kill-returns");
    stop("kill-stop");
    await().atMost(PATIENCE).until(() -> cloud.callsUnderWay() >= 4);
    stack.kill(WORKER);
    leave("kill-leaves");
    leave("kill-returns");
    comeBack("kill-returns");
    stack.startAgain(WORKER);

    // Then
    Map<String, String> ends = all(RUNNING, "kill-start-1", "kill-start-2", "kill-returns");
    ends.putAll(all(STOPPED, "kill-leaves", "kill-stop"));
    awaitStates(ends);
    everythingAgrees();
    assertThat(states(ends.keySet())).containsExactlyInAnyOrderEntriesOf(ends);
  }

  @Test
  void anotherWorkerTakesOverFromOneThatIsKilledInMidCall() throws Exception {
    // Given
    startWorker(SECOND_WORKER, 2);
    await().atMost(PATIENCE).until(() -> worksBesideTheFirst(2));
    asked("over-stop");
    awaitStates(all(RUNNING, "over-stop"));

    // When
    asked("over-start-1", "over-start-2", "over-leaves");
    stop("over-stop");
    await().atMost(PATIENCE).until(() -> cloud.callsUnderWay() >= 3);
    stack.kill(WORKER);
    leave("over-leaves");

    // Then: the dead one stays dead
    Map<String, String> ends = all(RUNNING, "over-start-1", "over-start-2");
    ends.putAll(all(STOPPED, "over-leaves", "over-stop"));
    awaitStates(ends);
    everythingAgrees();
    assertThat(states(ends.keySet())).containsExactlyInAnyOrderEntriesOf(ends);

    // And: the other way round
    stack.startAgain(WORKER);
    stack.kill(SECOND_WORKER);
    leave("over-start-1");
    ends.putAll(all(STOPPED, "over-start-1"));
    awaitStates(ends);
    everythingAgrees();
  }

  @Test
  void aWorkerThatStandsStillInMidCallDoesNoHarmWhenItGoesOn() throws Exception {
    // Given
    asked("still-stop");
    awaitStates(all(RUNNING, "still-stop"));

    // When: for longer than the session timeout, after which the group knows it no more
    asked("still-start-1", "still-start-2", "still-leaves");
    stop("still-stop");
    await().atMost(PATIENCE).until(() -> cloud.callsUnderWay() >= 4);
    stack.standStill(WORKER);
    leave("still-leaves");
    startWorker(THIRD_WORKER, 3);

    // Then: the other one does all of its work
    Map<String, String> ends = all(RUNNING, "still-start-1", "still-start-2");
    ends.putAll(all(STOPPED, "still-leaves", "still-stop"));
    awaitStates(ends);
    await()
        .atMost(PATIENCE)
        .until(() -> cloud.partitionsOf(ports.anotherAgentControl(3)) == Topic.PARTITIONS);

    // And: the answers that it finds when it goes on change nothing
    stack.goOn(WORKER);
    await().atMost(PATIENCE).until(() -> worksBesideTheFirst(3));
    everythingAgrees();
    assertThat(states(ends.keySet())).containsExactlyInAnyOrderEntriesOf(ends);

    // And: it works on
    stack.kill(THIRD_WORKER);
    leave("still-start-1");
    ends.putAll(all(STOPPED, "still-start-1"));
    awaitStates(ends);
    everythingAgrees();
  }

  @Test
  void aBrokerThatIsKilledLosesAndDoublesNothing() throws Exception {
    // Given
    asked("broker-stays", "broker-stops");
    awaitStates(all(RUNNING, "broker-stays", "broker-stops"));

    // When
    asked("broker-start");
    stack.kill("kafka");
    stack.startAgain("kafka");
    stop("broker-stops");
    asked("broker-after");

    // Then
    Map<String, String> ends = all(RUNNING, "broker-stays", "broker-after");
    ends.putAll(all(STOPPED, "broker-stops"));
    awaitStates(ends);
    everythingAgrees();
    assertThat(states(ends.keySet())).containsExactlyInAnyOrderEntriesOf(ends);
    // Of an agent that comes while the gateway cannot take callbacks nobody may ever hear.
    JsonNode cut = cloud.task(taskOf("broker-start"));
    assertThat(cut.path("state").asText() + " " + cut.at("/failure/code").asText())
        .isIn("RUNNING ", "FAILED agent_never_joined");
  }
}
