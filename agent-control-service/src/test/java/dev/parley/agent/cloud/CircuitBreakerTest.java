package dev.parley.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private final AtomicLong now = new AtomicLong();
  private final CircuitBreaker breaker = new CircuitBreaker(3, Duration.ofSeconds(2), now::get);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }

  @Test
  void staysClosedBelowItsLimit() {
    // When
    fail(2);

    // Then
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void opensAtItsLimit() {
    // When
    fail(3);

    // Then
    assertThat(breaker.permits()).isFalse();
  }

  @Test
  void countsFailuresInARowOnly() {
    // When
    fail(2);
    breaker.answered();
    fail(2);

    // Then
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void letsOneCallerTryAfterAWhile() {
    // Given
    fail(3);

    // When
    now.addAndGet(Duration.ofSeconds(2).toNanos());

    // Then
    assertThat(breaker.permits()).isTrue();
    assertThat(breaker.permits()).isFalse();
  }

  @Test
  void closesWhenTheTryIsAnswered() {
    // Given
    fail(3);
    now.addAndGet(Duration.ofSeconds(2).toNanos());

    // When
    breaker.answered();

    // Then
    assertThat(breaker.permits()).isTrue();
    assertThat(breaker.permits()).isTrue();
  }
}
