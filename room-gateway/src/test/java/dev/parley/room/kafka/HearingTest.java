package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HearingTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Hearing hearing = new Hearing(nanos::get);

  private boolean answersAfter(Duration time, double bytes) {
    nanos.addAndGet(time.toNanos());
    return hearing.answers(bytes);
  }

  @Test
  void kafkaAnswersWhileBytesCome() {
    // When, Then
    assertThat(answersAfter(Duration.ofSeconds(1), 10)).isTrue();
    assertThat(answersAfter(Duration.ofSeconds(60), 11)).isTrue();
  }

  @Test
  void kafkaIsAwayWhenNoneHaveComeForFiveSeconds() {
    // Given
    assertThat(answersAfter(Duration.ofSeconds(1), 10)).isTrue();

    // When, Then
    assertThat(answersAfter(Duration.ofSeconds(5), 10)).isTrue();
    assertThat(answersAfter(Duration.ofMillis(1), 10)).isFalse();
    assertThat(answersAfter(Duration.ofSeconds(60), 11)).isTrue();
  }

  @Test
  void aConsumerThatBeginsAnewIsHeard() {
    // Given
    assertThat(answersAfter(Duration.ofSeconds(60), 10)).isTrue();

    // When, Then
    assertThat(answersAfter(Duration.ofSeconds(60), 3)).isTrue();
  }
}
