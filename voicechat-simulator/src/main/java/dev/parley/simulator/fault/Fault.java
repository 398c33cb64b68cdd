package dev.parley.simulator.fault;

import java.time.Duration;

/** One thing that goes wrong because somebody asked for it. */
public sealed interface Fault {

  /** A fault of an OpenAPI call. */
  sealed interface OfCall extends Fault {}

  /** A fault of the task that a StartVoiceChat makes. */
  sealed interface OfTask extends Fault {}

  /** A fault of the cloud's own HTTP calls. */
  sealed interface OfCallback extends Fault {}

  /** The effect takes place at once, the answer comes late; the task counts as busy until then. */
  record Latency(Duration delay) implements OfCall {

    public Latency {
      bounded("delay", delay);
    }
  }

  /** The call is refused with this status and code; status 200 carries the error inside. */
  record Refusal(int httpStatus, String code, String message) implements OfCall {

    public Refusal {
      if (httpStatus < 200 || httpStatus > 599) {
        throw new IllegalArgumentException("status must be between 200 and 599");
      }
      if (code.isBlank()) {
        throw new IllegalArgumentException("code must not be blank");
      }
    }
  }

  /** The connection is cut without an answer, before or after the call took effect. */
  record Cut(boolean afterEffect) implements OfCall {}

  /** The call takes effect; the answer has neither Result nor Error. */
  record EmptyAnswer() implements OfCall {}

  /** The start is accepted and no agent ever appears. */
  record NeverJoins() implements OfTask {}

  /** The start is accepted; then the parameter check fails and the task is over. */
  record PreParamCheckFails(int errorCode, String reason) implements OfTask {}

  /** The callback is not sent. */
  record LoseCallback() implements OfCallback {}

  /** The callback is sent twice, with the same event id. */
  record DuplicateCallback() implements OfCallback {}

  /** The callback is sent late. */
  record DelayCallback(Duration delay) implements OfCallback {

    public DelayCallback {
      bounded("delay", delay);
    }
  }

  /** The callback is sent after the next one of its room, or after a while when none follows. */
  record ReorderCallback() implements OfCallback {}

  private static void bounded(String what, Duration duration) {
    if (duration.isNegative() || duration.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(what + " must be between 0 and 10 minutes");
    }
  }
}
