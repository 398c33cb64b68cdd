package dev.parley.agent.cloud;

import org.jspecify.annotations.Nullable;

/**
 * Why the cloud did not carry out a call. The cloud's message is not kept: it may quote parameters.
 */
public sealed interface CloudProblem extends CloudOutcome {

  /** The cloud's code, or Parley's own where the cloud gave none. */
  String code();

  /** The cloud has no such task. */
  record NotFound(String code, @Nullable String requestId) implements CloudProblem {}

  /** The cloud has that task already. */
  record AlreadyExists(String code, @Nullable String requestId) implements CloudProblem {}

  /** Refused, and refused again when repeated: parameters, rights, credentials. */
  record Rejected(String code, @Nullable String requestId) implements CloudProblem {}

  /** More calls than the account may make. */
  record Throttled(String code, @Nullable String requestId) implements CloudProblem {}

  /** Another call for the same agent is under way: one of a worker that died meanwhile, perhaps. */
  record Busy(String code, @Nullable String requestId) implements CloudProblem {}

  /** The cloud failed, or could not be reached. */
  record Unavailable(String code, @Nullable String requestId) implements CloudProblem {
    /** True when the call may have reached the cloud, and may have been carried out there. */
    boolean reached() {
      return !code.equals(NOT_CONNECTED);
    }
  }

  /** The call went out and no answer says what became of it. */
  record OutcomeUnknown(String code, @Nullable String requestId) implements CloudProblem {}

  /** Parley's code for a call that reached nobody. */
  String NOT_CONNECTED = "connection_failed";

  /** Parley's code for a call that was not made because nobody can sign it. */
  String NO_CREDENTIALS = "credentials_missing";

  /** Parley's code for an answer with neither Error nor Result. */
  String NO_RESULT = "no_result";

  /** The problem that an error code of the cloud stands for. */
  static CloudProblem of(String code, @Nullable String requestId) {
    return switch (code) {
      case "InvalidParameter.TaskAlreadyExists" -> new AlreadyExists(code, requestId);
      case "InvalidParameter.ErrorActiveTaskNotFound" -> new NotFound(code, requestId);
      case "InternalError.Parallel" -> new Busy(code, requestId);
      case "InternalError.ReachRateLimit" -> new Throttled(code, requestId);
      case String c when c.startsWith("FlowLimitExceeded") -> new Throttled(code, requestId);
      case String c when c.startsWith("InternalError") -> new Unavailable(code, requestId);
      case String c when c.startsWith("ServiceUnavailable") -> new Unavailable(code, requestId);
      // Parameters, rights, credentials, and whatever is not known: asking again does not help.
      case String c -> new Rejected(c, requestId);
    };
  }
}
