package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What Parley says about agents beside what the cloud says, when everything is over. */
final class AgentInventory {
  private static final String AGENTS = "agents";
  private static final String TASKS = "tasks";
  private static final String COMMANDS = "commands";

  private static final String EXPIRED = "command_expired";
  private static final String NEVER_JOINED = "agent_never_joined";

  // The cloud waits so long for the answer to a callback that it sent while the broker was away,
  // and the gateway so long again until it has found the broker.
  private static final Duration AFTERMATH = Duration.ofSeconds(10);

  /**
   * What was broken meanwhile.
   *
   * @param callsCut calls under way when somebody was killed
   * @param brokerGone since when the broker was away; never, at the end of time
   * @param brokerBack when it was back
   */
  record Damage(int callsCut, Instant brokerGone, Instant brokerBack) {
    static final Damage NONE = new Damage(0, Instant.MAX, Instant.MAX);

    /** Whether the cloud may have given up telling something for want of the broker. */
    boolean silences(Instant givenUp) {
      return givenUp.isAfter(brokerGone) && givenUp.isBefore(brokerBack.plus(AFTERMATH));
    }
  }

  private final AgentCaller caller;
  private final List<AgentLife> lives;
  private final Map<String, JsonNode> told = new HashMap<>();
  private final Set<String> active = new HashSet<>();
  private final Map<String, Integer> runs = new HashMap<>();
  private final Map<String, Set<String>> present = new HashMap<>();
  private final Set<String> requested = new HashSet<>();
  private final Set<String> answered = new HashSet<>();
  private final Set<String> silent = new HashSet<>();
  private final Map<String, Integer> spoken = new HashMap<>();
  private int repeatedStarts;
  private int withoutUser;

  AgentInventory(AgentCaller caller, List<AgentLife> lives) {
    this.caller = caller;
    this.lives = lives;
  }

  Report report(String name, Damage damage) {
    read(damage);
    Set<String> asked = lives.stream().map(AgentLife::taskId).collect(Collectors.toSet());
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.count("agents asked for", lives.size(), AGENTS));
    figures.add(none("starts that expired", failed(EXPIRED).size(), AGENTS));
    figures.add(
        Figure.count(
            "starts that the cloud gave up telling of without a broker", untold().size(), AGENTS));
    figures.add(
        none("other agents never heard of", failed(NEVER_JOINED).size() - untold().size(), AGENTS));
    if (damage.callsCut() > 0) {
      figures.add(
          Figure.count("calls under way when somebody was killed", damage.callsCut(), "calls"));
    }
    figures.add(Figure.count("starts that the cloud heard again", repeatedStarts, "calls"));
    figures.add(Figure.count("texts spoken twice", spokenTwice(), "texts"));
    figures.add(Figure.of("median time until RUNNING", seconds(0.5), "s"));
    figures.add(Figure.of("longest time until RUNNING", seconds(1), "s"));
    figures.add(none("agents that the cloud started twice", doubled(), AGENTS));
    figures.add(none("agents that nobody asked for", unasked(asked), AGENTS));
    figures.add(none("active agents whose user is gone", withoutUser, AGENTS));
    figures.add(none("commands lost", lost(), COMMANDS));
    figures.add(none("tasks without a settled state", unsettled(), TASKS));
    figures.add(none("tasks that ended otherwise than they should", wrongEnds(), TASKS));
    figures.add(Figure.count("tasks in state RUNNING", running(), TASKS));
    figures.add(Figure.count("active agents of the cloud", active.size(), AGENTS));
    figures.add(none("tasks about which the two disagree", disagreements(), TASKS));
    return new Report(name, figures);
  }

  private static Figure none(String figure, long value, String unit) {
    return Figure.mustBe(0, figure, value, unit);
  }

  private void read(Damage damage) {
    for (AgentLife life : lives) {
      if (!life.taskId().isEmpty()) {
        told.put(life.taskId(), caller.task(life.taskId()));
      }
    }
    caller
        .simulated("rooms")
        .forEach(
            room ->
                room.path("users")
                    .forEach(
                        user ->
                            present
                                .computeIfAbsent(
                                    room.path("roomId").asText(), id -> new HashSet<>())
                                .add(user.path("userId").asText())));
    caller
        .simulated("tasks")
        .forEach(
            task -> {
              String id = task.path("taskId").asText();
              runs.merge(id, 1, Integer::sum);
              if (!task.path("state").asText().equals("ENDED")) {
                active.add(id);
                if (!present
                    .getOrDefault(task.path("roomId").asText(), Set.of())
                    .contains(task.path("targetUserId").asText())) {
                  withoutUser++;
                }
              }
            });
    caller
        .simulated("calls")
        .forEach(
            call -> {
              if (call.path("action").asText().equals("StartVoiceChat")
                  && call.path("outcome").asText().endsWith("TaskAlreadyExists")) {
                repeatedStarts++;
              }
              if (call.path("command").asText().equals("ExternalTextToSpeech")
                  && call.path("outcome").asText().equals("ok")) {
                spoken.merge(call.path("taskId").asText(), 1, Integer::sum);
              }
            });
    caller
        .simulated("callbacks")
        .forEach(
            callback -> {
              if (callback.path("label").asText().equals("taskStart")
                  && !callback.path("outcome").asText().equals("DELIVERED")
                  && damage.silences(Instant.parse(callback.path("at").asText()))) {
                silent.add(callback.path("roomId").asText());
              }
            });
    TopicScan.untilSettled(
        "localhost:" + caller.ports().kafka(), List.of(Topic.AGENT_EVENTS), this::learn);
  }

  private void learn(Payload payload) {
    switch (payload) {
      case AgentRequested event -> requested.add(event.taskId().value());
      case AgentCommandCompleted event -> answered.add(event.commandId().value());
      case AgentCommandRefused event -> answered.add(event.commandId().value());
      default -> {
        // What else happens to agents is not counted.
      }
    }
  }

  private List<AgentLife> failed(String code) {
    return lives.stream().filter(life -> life.failure().equals(code)).toList();
  }

  // While the broker is away the gateway takes no callbacks, and the cloud repeats each but twice:
  // of an agent that nobody heard of, nobody can say that it is there. At no other time may that
  // be.
  private List<AgentLife> untold() {
    return failed(NEVER_JOINED).stream().filter(life -> silent.contains(life.room())).toList();
  }

  private double seconds(double part) {
    List<Duration> sorted =
        lives.stream().map(AgentLife::untilRunning).filter(Duration::isPositive).sorted().toList();
    return sorted.isEmpty()
        ? 0
        : sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size())).toMillis() / 1000.0;
  }

  // The OpenAPI has no way to ask whether a text was spoken: who takes over speaks it again. Each
  // agent is given one at most.
  private long spokenTwice() {
    return spoken.values().stream().filter(times -> times > 1).count();
  }

  private long doubled() {
    return runs.values().stream().filter(times -> times > 1).count();
  }

  private long unasked(Set<String> asked) {
    return runs.keySet().stream().filter(task -> !asked.contains(task)).count();
  }

  // A start tells that it was taken, a stop ends its task, everything else has an answer.
  private long lost() {
    long lost = 0;
    for (AgentLife life : lives) {
      if (!requested.contains(life.taskId())) {
        lost++;
      }
      if (life.end().equals("STOPPED") && !over(state(life))) {
        lost++;
      }
      if (!life.saying().isEmpty() && !answered.contains(life.saying())) {
        lost++;
      }
    }
    return lost;
  }

  private long unsettled() {
    return lives.stream()
        .map(this::state)
        .filter(state -> !state.equals("RUNNING") && !over(state))
        .count();
  }

  private long wrongEnds() {
    Set<AgentLife> excused = new HashSet<>(untold());
    return lives.stream()
        .filter(life -> !state(life).equals(excused.contains(life) ? "FAILED" : life.end()))
        .count();
  }

  private long running() {
    return lives.stream().filter(life -> state(life).equals("RUNNING")).count();
  }

  private long disagreements() {
    return lives.stream()
        .filter(life -> state(life).equals("RUNNING") != active.contains(life.taskId()))
        .count();
  }

  private String state(AgentLife life) {
    JsonNode task = told.get(life.taskId());
    return task == null ? "" : task.path("state").asText();
  }

  private static boolean over(String state) {
    return state.equals("STOPPED") || state.equals("FAILED");
  }
}
