package dev.parley.agent.http;

import dev.parley.agent.scene.SceneFault;
import dev.parley.agent.usage.DailyBudget;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;

/** What the API refuses, each with a sentence that says how to mend the call. */
final class Refusals {
  private Refusals() {}

  static ProblemException taskNotFound() {
    return refusal(
        404, "task_not_found", "There is no such agent task, or it ended long ago: check its id.");
  }

  static ProblemException notReady() {
    return new ProblemException(
        Problem.of(503, "view_not_ready", "The tasks are still being read. Try again.")
            .retryAfter(1));
  }

  static ProblemException usageNotReady() {
    return new ProblemException(
        Problem.of(503, "usage_not_ready", "What was used is still being read. Try again.")
            .retryAfter(1));
  }

  static ProblemException budgetUsedUp(DailyBudget.Exhausted exhausted, Instant now) {
    return new ProblemException(
        Problem.of(
                402,
                "budget_used_up",
                "The application's agents have used up the day's budget: try again after resetsAt,"
                    + " or raise daily-budget.")
            .with("usedSeconds", exhausted.used().toSeconds())
            .with("budgetSeconds", exhausted.budget().toSeconds())
            .with("resetsAt", exhausted.resetsAt().toString())
            .retryAfter((int) Duration.between(now, exhausted.resetsAt()).toSeconds() + 1));
  }

  static ProblemException appNotConfigured() {
    return refusal(
        403,
        "app_not_configured",
        "The session is for an application that this service does not have: configure it.");
  }

  static ProblemException sceneUnknown() {
    return refusal(
        422, "scene_unknown", "There is no such scene: GET /v1/scenes lists those there are.");
  }

  static ProblemException sceneNotAllowed() {
    return refusal(
        403,
        "scene_not_allowed",
        "The scene is not for participants: ask an operator to start it.");
  }

  static ProblemException agentNotYours() {
    return refusal(
        403,
        "agent_not_allowed",
        "The agent's scene is not for participants: ask an operator to steer or stop it.");
  }

  static ProblemException sceneNotForApp(String version) {
    return refusal(
        422,
        "scene_not_for_app",
        "The scene is written for another OpenAPI version than the application's "
            + version
            + ": choose another scene.");
  }

  static ProblemException targetRequired() {
    return refusal(
        422, "target_required", "Name the user whom the agent listens to as targetUserId.");
  }

  static ProblemException targetNotAllowed() {
    return refusal(
        403,
        "target_not_allowed",
        "A participant starts agents for itself only: leave targetUserId out.");
  }

  static ProblemException agentUserNotAllowed(String prefix) {
    return refusal(
        403,
        "agent_user_not_allowed",
        "A participant may name the agent's user only with the prefix "
            + prefix
            + ", or leave agentUserId out.");
  }

  static ProblemException agentIsTarget() {
    return refusal(
        422, "agent_is_target", "The agent needs a user id of its own: change agentUserId.");
  }

  static ProblemException overrideNotPermitted(String path) {
    return new ProblemException(
        Problem.of(
                422,
                "override_not_permitted",
                "The scene does not permit to override a field that the call overrides.")
            .with("path", path));
  }

  static ProblemException overrideInvalid(SceneFault fault) {
    return new ProblemException(
        Problem.of(
                422,
                "override_invalid",
                "A field that the call overrides " + fault.reason() + ": see path.")
            .with("path", fault.path()));
  }

  static ProblemException keyReused() {
    return refusal(
        422,
        "idempotency_key_reused",
        "The Idempotency-Key was used with another body: use a new key for another request.");
  }

  static ProblemException inProgress() {
    return new ProblemException(
        Problem.of(
                409,
                "request_in_progress",
                "A request with this Idempotency-Key is being carried out: ask again later.")
            .retryAfter(1));
  }

  static ProblemException badKey() {
    return refusal(
        400,
        "invalid_value",
        "Header Idempotency-Key must have 1 to 255 printable ASCII characters, or be left out.");
  }

  static ProblemException taskEnded(String state) {
    return new ProblemException(
        Problem.of(409, "task_ended", "The task is over or being stopped: start a new agent.")
            .with("state", state));
  }

  static ProblemException notSupportedByVersion() {
    return refusal(
        422,
        "not_supported_by_version",
        "Parameters of a running agent change only in applications of version 2025-06-01.");
  }

  static ProblemException badQuery(String parameter, String rule) {
    return new ProblemException(
        Problem.of(400, "invalid_value", "Parameter " + parameter + " " + rule + ".")
            .with("parameter", parameter));
  }

  static ProblemException badHeader(String header, String rule) {
    return refusal(400, "invalid_value", "Header " + header + " " + rule + ".");
  }

  private static ProblemException refusal(int status, String code, String detail) {
    return new ProblemException(Problem.of(status, code, detail));
  }
}
