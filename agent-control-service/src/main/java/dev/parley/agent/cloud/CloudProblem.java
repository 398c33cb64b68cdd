package dev.parley.agent.cloud;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why the cloud did not carry out a call. The cloud's message is not printed, stored or shown: it
 * may quote parameters.
 */
public sealed interface CloudProblem extends CloudOutcome {

  /** The cloud's code, or Parley's own where the cloud gave none. */
  String code();

  /** The cloud has no such task. */
  record NotFound(String code, @Nullable String requestId) implements CloudProblem {}

  /** The cloud has that task already. */
  record AlreadyExists(String code, @Nullable String requestId) implements CloudProblem {}

  /**
   * Refused, and refused again when repeated: parameters, rights, credentials.
   *
   * @param sentence the cloud's message, to find a hint by
   */
  record Rejected(String code, @Nullable String requestId, @Nullable String sentence)
      implements CloudProblem {
    public Rejected(String code, @Nullable String requestId) {
      this(code, requestId, null);
    }

    @Override
    public String toString() {
      return "Rejected[code=" + code + ", requestId=" + requestId + "]";
    }
  }

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

  /** Families of codes with which the cloud refuses for good, whatever the status. */
  Pattern FINAL =
      Pattern.compile(
          "(?:InvalidParameter|MissingParameter|AccessDenied|Unauthorized|UnknownAction"
              + "|UnknownVersion|SignatureDoesNotMatch|InvalidAccessKey)(?:\\..*)?");

  /**
   * The problem that an error code of the cloud stands for; one that is not known is what its
   * status says.
   *
   * @param status the answer's HTTP status
   */
  static CloudProblem of(String code, int status, @Nullable String requestId) {
    return switch (code) {
      case "InvalidParameter.TaskAlreadyExists" -> new AlreadyExists(code, requestId);
      case "InvalidParameter.ErrorActiveTaskNotFound" -> new NotFound(code, requestId);
      case "InternalError.Parallel" -> new Busy(code, requestId);
      case "InternalError.ReachRateLimit" -> new Throttled(code, requestId);
      case String c when c.startsWith("FlowLimitExceeded") -> new Throttled(code, requestId);
      case String c when c.startsWith("InternalError") -> new Unavailable(code, requestId);
      case String c when c.startsWith("ServiceUnavailable") -> new Unavailable(code, requestId);
      case String c when FINAL.matcher(c).matches() -> new Rejected(c, requestId);
      case String c -> ofStatus(c, status, requestId);
    };
  }

  /** The problem that a status stands for. */
  static CloudProblem ofStatus(String code, int status, @Nullable String requestId) {
    if (status == 429) {
      return new Throttled(code, requestId);
    }
    // Within a 200 as well: the cloud has answered, and asking again does not help.
    return status >= 500 ? new Unavailable(code, requestId) : new Rejected(code, requestId);
  }
}
