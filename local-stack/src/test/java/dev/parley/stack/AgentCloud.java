package dev.parley.stack;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.client.Api;
import dev.parley.stack.client.JsonSocket;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Agents as a caller of Parley's API sees them, and as the simulated cloud does. */
final class AgentCloud {
  private static final JsonNode NOTHING = Api.JSON.missingNode();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PARTITIONS = "parley_agent_partitions ";
  private static final String CALLS_UNDER_WAY = "parley_simulator_calls_under_way ";

  private final Ports ports;
  private final String session;

  AgentCloud(Ports ports) {
    this.ports = ports;
    String bearer = Api.text(issuer("user=tester&role=operator"));
    this.session =
        Api.call("POST", tokens("/v1/sessions"), bearer, Api.object(), Map.of())
            .body()
            .path("token")
            .asText();
  }

  private URI issuer(String query) {
    return URI.create("http://localhost:" + ports.issuer() + "/token?" + query);
  }

  private URI tokens(String path) {
    return URI.create("http://localhost:" + ports.tokenService() + path);
  }

  /** A person in a room of the cloud. */
  record Guest(JsonSocket socket) {
    void leave() {
      socket.send(Api.object().put("type", "leave"));
      socket.close();
    }
  }

  /** Enters a room, with a token of its own. */
  Guest enter(String room, String user) throws InterruptedException {
    ObjectNode body = Api.object().put("roomId", room);
    body.putArray("privileges").add("publish").add("subscribe");
    JsonNode token =
        Api.call("POST", tokens("/v1/tokens"), Api.text(issuer("user=" + user)), body, Map.of())
            .body();
    CountDownLatch joined = new CountDownLatch(1);
    JsonSocket socket =
        JsonSocket.connect(
            user,
            URI.create("ws://localhost:" + ports.simulator() + "/sim/rtc"),
            frame -> {
              if (frame.path("type").asText().equals("joined")) {
                joined.countDown();
              }
            });
    socket.send(
        Api.object()
            .put("type", "join")
            .put("appId", token.path("appId").asText())
            .put("roomId", room)
            .put("userId", user)
            .put("token", token.path("accessToken").asText()));
    if (!joined.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new StackException(user + " cannot enter " + room);
    }
    return new Guest(socket);
  }

  /** Asks for an agent until somebody answers, and once more: a key makes that one start. */
  String start(String room, String user) {
    String first = ask(room, user);
    String second = ask(room, user);
    if (!second.equals(first)) {
      throw new StackException("one key names " + first + " and " + second);
    }
    return first;
  }

  private String ask(String room, String user) {
    return insist(
            "POST",
            "/v1/rooms/" + room + "/agents",
            Api.object().put("scene", "assistant").put("targetUserId", user),
            Map.of("Idempotency-Key", "start-" + room))
        .path("taskId")
        .asText();
  }

  void stop(String taskId) {
    JsonNode unused = insist("DELETE", "/v1/agents/" + taskId, NOTHING, Map.of());
  }

  JsonNode task(String taskId) {
    return insist("GET", "/v1/agents/" + taskId, NOTHING, Map.of());
  }

  String state(String taskId) {
    return task(taskId).path("state").asText();
  }

  private JsonNode insist(String method, String path, JsonNode body, Map<String, String> headers) {
    URI uri = URI.create("http://localhost:" + ports.agentControl() + path);
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(StackException.class)
        .until(() -> Api.call(method, uri, session, body, headers).body(), answer -> true);
  }

  void faults(ArrayNode faults) {
    JsonNode unused = Api.call("PUT", admin("faults"), "", faults, Map.of()).body();
  }

  private URI admin(String what) {
    return URI.create("http://localhost:" + ports.simulator() + "/admin/" + what);
  }

  private Iterable<JsonNode> simulated(String what) {
    return Api.call("GET", admin(what), "", NOTHING, Map.of()).body();
  }

  /** How many agents the cloud has started for a task, those that ended included. */
  long startedFor(String taskId) {
    return StreamSupport.stream(simulated("tasks").spliterator(), false)
        .filter(task -> task.path("taskId").asText().equals(taskId))
        .count();
  }

  /** The tasks for which somebody would pay now. */
  Set<String> active() {
    Set<String> active = new TreeSet<>();
    simulated("tasks")
        .forEach(
            task -> {
              if (!task.path("state").asText().equals("ENDED")) {
                active.add(task.path("taskId").asText());
              }
            });
    return active;
  }

  /** Those of them whose user is not in the room. */
  Set<String> forgotten() {
    Set<String> seats = new TreeSet<>();
    simulated("rooms")
        .forEach(
            room ->
                room.path("users")
                    .forEach(
                        user ->
                            seats.add(
                                room.path("roomId").asText()
                                    + " "
                                    + user.path("userId").asText())));
    Set<String> forgotten = new TreeSet<>();
    simulated("tasks")
        .forEach(
            task -> {
              if (!task.path("state").asText().equals("ENDED")
                  && !seats.contains(
                      task.path("roomId").asText() + " " + task.path("targetUserId").asText())) {
                forgotten.add(task.path("taskId").asText());
              }
            });
    return forgotten;
  }

  /** How many calls the cloud carries out right now. */
  int callsUnderWay() {
    return metric(ports.simulator(), CALLS_UNDER_WAY);
  }

  /** How many partitions the worker at that port works on. */
  int partitionsOf(int port) {
    return metric(port, PARTITIONS);
  }

  private static int metric(int port, String name) {
    return Api.text(URI.create("http://localhost:" + port + "/q/metrics"))
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow(() -> new StackException("port " + port + " does not count " + name));
  }
}
