package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One agent from its request to its end, whoever is killed meanwhile. */
final class AgentLife {
  private static final Set<String> SETTLED = Set.of("RUNNING", "STOPPED", "FAILED");
  private static final Set<String> OVER = Set.of("STOPPED", "FAILED");
  private static final int EXAMPLES = 5;
  private static final JsonNode NOTHING = Api.JSON.missingNode();

  /** What becomes of an agent. */
  enum Fate {
    /** It goes on. */
    GOES_ON("RUNNING"),
    /** It is told to say something, and goes on. */
    IS_TOLD_TO_SPEAK("RUNNING"),
    /** Somebody stops it. */
    IS_STOPPED("STOPPED"),
    /** Somebody stops it before it is there. */
    IS_STOPPED_EARLY("STOPPED"),
    /** Its user leaves. */
    LOSES_ITS_USER("STOPPED"),
    /** Its user leaves before it is there. */
    LOSES_ITS_USER_EARLY("STOPPED");

    private final String end;

    Fate(String end) {
      this.end = end;
    }
  }

  private final AgentCaller caller;
  private final int number;
  private final Fate fate;
  private String taskId = "";
  private String saying = "";
  private String problem = "";
  private String failure = "";
  private Duration untilRunning = Duration.ZERO;

  AgentLife(AgentCaller caller, int number) {
    this.caller = caller;
    this.number = number;
    this.fate = Fate.values()[number % Fate.values().length];
  }

  String taskId() {
    return taskId;
  }

  String room() {
    return "chaos-" + number;
  }

  /** The command that had it say something; empty when nobody asked for that. */
  String saying() {
    return saying;
  }

  /** The state in which it must be at the end. */
  String end() {
    return fate.end;
  }

  /** The code with which it failed; empty when it did not. */
  String failure() {
    return failure;
  }

  Duration untilRunning() {
    return untilRunning;
  }

  AgentLife live() {
    try {
      Guest guest = Guest.enter(caller.ports(), room(), user());
      long asked = System.nanoTime();
      JsonNode started =
          caller.insist(
              "POST",
              "/v1/rooms/" + room() + "/agents",
              Api.object().put("scene", "assistant").put("targetUserId", user()),
              Map.of("Idempotency-Key", "start-" + number));
      taskId = started.path("taskId").asText();
      switch (fate) {
        case GOES_ON -> awaitRunning(asked);
        case IS_TOLD_TO_SPEAK -> {
          awaitRunning(asked);
          saying =
              caller
                  .insist(
                      "POST",
                      "/v1/agents/" + taskId + "/say",
                      Api.object().put("text", "Hello."),
                      Map.of("Idempotency-Key", "say-" + number))
                  .path("commandId")
                  .asText();
        }
        case IS_STOPPED -> {
          awaitRunning(asked);
          stop();
        }
        case IS_STOPPED_EARLY -> stop();
        case LOSES_ITS_USER -> {
          awaitRunning(asked);
          guest.leave();
        }
        case LOSES_ITS_USER_EARLY -> guest.leave();
      }
      expect(fate.end.equals("RUNNING") ? SETTLED : OVER, fate.end);
    } catch (FailedException e) {
      failure = e.code;
    } catch (StackException e) {
      problem = String.valueOf(e.getMessage());
    }
    return this;
  }

  /** Says what did not go as it should have, in some examples. */
  static void tell(List<AgentLife> lives, Console console) {
    lives.stream()
        .filter(life -> !life.problem.isEmpty() || !life.failure.isEmpty())
        .limit(EXAMPLES)
        .forEach(
            life ->
                console.line(
                    "  "
                        + console.red("✗ ")
                        + life.room()
                        + ", "
                        + life.fate
                        + ": "
                        + life.problem
                        + life.failure));
  }

  private String user() {
    return "user-" + number;
  }

  private void awaitRunning(long askedNanos) {
    expect(SETTLED, "RUNNING");
    untilRunning = Duration.ofNanos(System.nanoTime() - askedNanos);
  }

  private void stop() {
    caller.insist("DELETE", "/v1/agents/" + taskId, NOTHING, Map.of());
  }

  private void expect(Set<String> enough, String state) {
    JsonNode task = caller.await(taskId, enough::contains);
    if (task.path("state").asText().equals("FAILED")) {
      throw new FailedException(task.path("failure").path("code").asText());
    }
    if (!task.path("state").asText().equals(state)) {
      throw new StackException("should be " + state + " and is " + task);
    }
  }

  private static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    FailedException(String code) {
      super(code);
      this.code = code;
    }
  }
}
