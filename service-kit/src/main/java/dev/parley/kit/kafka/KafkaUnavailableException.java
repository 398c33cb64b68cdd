package dev.parley.kit.kafka;

import dev.parley.kit.problem.Problem;
import org.jspecify.annotations.Nullable;

/** Kafka did not acknowledge in time, or cannot take more now. Nothing was acknowledged. */
public final class KafkaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int RETRY_AFTER_SECONDS = 2;

  public KafkaUnavailableException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }

  /** What a caller is told. */
  public Problem problem() {
    return Problem.of(
            503,
            "kafka_unavailable",
            "The event log does not accept records now; nothing was done. Try again.")
        .retryAfter(RETRY_AFTER_SECONDS);
  }
}
