package dev.parley.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.kit.problem.Problem;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class KafkaUnavailableExceptionTest {
  @Test
  void ofWhatWasHandedOverItSaysThatItMayStillBeDone() {
    Problem problem = new KafkaUnavailableException("late", null).problem();

    assertThat(problem.code()).isEqualTo("kafka_unavailable");
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.retryAfterSeconds()).isEqualTo(OptionalInt.of(2));
    assertThat(problem.detail())
        .contains("may still be carried out", "same Idempotency-Key")
        .doesNotContain("nothing was done");
  }

  @Test
  void ofWhatWasNotTakenItSaysThatNothingWasDone() {
    Problem problem = KafkaUnavailableException.notTaken("full", null).problem();

    assertThat(problem.code()).isEqualTo("kafka_unavailable");
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.retryAfterSeconds()).isEqualTo(OptionalInt.of(2));
    assertThat(problem.detail()).contains("nothing was done");
  }
}
