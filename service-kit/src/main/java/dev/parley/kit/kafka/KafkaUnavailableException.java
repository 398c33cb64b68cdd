package dev.parley.kit.kafka;

import dev.parley.kit.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Kafka did not acknowledge in time, or cannot take more now. Nothing was acknowledged; what had
 * been handed over may be written all the same.
 */
public final class KafkaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final boolean handedOver;

  /** Of what was handed over: whether it is written is not known. */
  public KafkaUnavailableException(String reason, @Nullable Throwable cause) {
    this(reason, cause, true);
  }

  private KafkaUnavailableException(String reason, @Nullable Throwable cause, boolean handedOver) {
    super(reason, cause);
    this.handedOver = handedOver;
  }

  /** Of what was never handed over: nothing was done. */
  public static KafkaUnavailableException notTaken(String reason, @Nullable Throwable cause) {
    return new KafkaUnavailableException(reason, cause, false);
  }

  /** What a caller is told. */
  public Problem problem() {
    return Problem.of(
            503,
            "kafka_unavailable",
            handedOver
                ? "The event log did not acknowledge in time: the request may still be carried"
                    + " out. Try again, with the same Idempotency-Key where the call takes one."
                : "The event log does not accept records now; nothing was done. Try again.")
        .retryAfter(RETRY_AFTER_SECONDS);
  }
}
