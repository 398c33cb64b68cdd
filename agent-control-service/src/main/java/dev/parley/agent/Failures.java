package dev.parley.agent;

import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.Hints;
import dev.parley.events.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Every failure that Parley itself can name: code, one sentence, and what to do about it. */
public final class Failures {
  private Failures() {}

  /** The cloud's answer, as the failure of whatever was asked of it. */
  public static Failure ofCloud(CloudProblem problem) {
    if (problem.code().equals(CloudProblem.NO_CREDENTIALS)) {
      return failure(
          CloudProblem.NO_CREDENTIALS, "The worker has no credentials for the application.");
    }
    String code =
        switch (problem) {
          case CloudProblem.NotFound p -> "agent_not_found";
          case CloudProblem.AlreadyExists p -> "agent_already_exists";
          case CloudProblem.Rejected p -> "cloud_rejected";
          case CloudProblem.Throttled p -> "cloud_throttled";
          case CloudProblem.Busy p -> "cloud_unavailable";
          case CloudProblem.Unavailable p -> "cloud_unavailable";
          case CloudProblem.OutcomeUnknown p -> "outcome_unknown";
        };
    String reason =
        switch (problem) {
          case CloudProblem.NotFound p -> "The cloud does not know the agent.";
          case CloudProblem.AlreadyExists p -> "The cloud already has the agent.";
          case CloudProblem.Rejected p -> "The cloud refused the request.";
          case CloudProblem.Throttled p -> "The account's request quota was used up.";
          case CloudProblem.Busy p -> "Another call for the agent took too long.";
          case CloudProblem.Unavailable p -> "The cloud could not be reached or failed.";
          case CloudProblem.OutcomeUnknown p ->
              "The cloud did not say whether the request was carried out.";
        };
    return failure(
        code,
        reason,
        problem.code(),
        problem.requestId(),
        problem instanceof CloudProblem.Rejected rejected ? rejected.sentence() : null);
  }

  /** An error that the cloud reported about a task. */
  public static Failure ofRuntime(Evidence.Broke broke) {
    boolean parameters = Evidence.Broke.PARAMETER_CHECK.equals(broke.runStage());
    return failure(
        parameters ? "parameters_refused" : "agent_broke",
        parameters
            ? "The cloud checked the scene's parameters and refused them."
            : "The cloud reported an error, and the agent did not come or could not go on.",
        Long.toString(broke.errorCode()),
        null,
        broke.reason());
  }

  static Failure commandExpired() {
    return failure("command_expired", "The command waited too long and was not carried out.");
  }

  static Failure taskIdTaken() {
    return failure("idempotency_key_reused", "The task was asked for with other parameters.");
  }

  static Failure taskNotFound() {
    return failure("task_not_found", "There is no such agent task in the room.");
  }

  static Failure notStarted() {
    return failure("agent_not_started", "The cloud has not accepted the start yet.");
  }

  static Failure taskEnded() {
    return failure("task_ended", "The agent task is over or being stopped.");
  }

  /** Parley itself could not make a call of the command. */
  public static Failure unsendable() {
    return failure("command_unsendable", "The worker could not make a call of the command.");
  }

  static Failure startLost() {
    return failure("outcome_unknown", "The start was taken up and never answered.");
  }

  static Failure agentNeverJoined() {
    return failure("agent_never_joined", "The agent did not join the room in time.");
  }

  static Failure stopUnconfirmed() {
    return failure("stop_unconfirmed", "The cloud did not confirm the stop.");
  }

  /** A failure of Parley's own, with the hint that belongs to its code. */
  public static Failure failure(String code, String reason) {
    return failure(code, reason, null, null, null);
  }

  private static Failure failure(
      String code,
      String reason,
      @Nullable String cloudCode,
      @Nullable String requestId,
      @Nullable String sentence) {
    return new Failure(
        code, reason, Hints.of(code, cloudCode, sentence, Locale.ENGLISH), cloudCode, requestId);
  }
}
