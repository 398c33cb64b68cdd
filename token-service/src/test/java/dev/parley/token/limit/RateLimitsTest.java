package dev.parley.token.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.MutableClock;
import dev.parley.token.limit.RateLimits.Limit;
import dev.parley.token.limit.RateLimits.Standing;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T12:00:00Z"));
  private final RateLimits limits =
      new RateLimits(new Limit("caller", 6, Duration.ofMinutes(1)), clock);

  @Test
  void letsPassAsManyAsSaidAndTellsWhenToComeBack() {
    // Given
    Standing first = limits.take("alice", 5);
    limits.take("alice", 1);

    // When
    Standing refused = limits.take("alice", 1);

    // Then
    assertThat(first.passed()).isTrue();
    assertThat(first.remaining()).isEqualTo(1);
    assertThat(first.policyField()).isEqualTo("\"caller\";q=6;w=60");
    assertThat(first.limitField()).isEqualTo("\"caller\";r=1;t=50");
    assertThat(refused.passed()).isFalse();
    assertThat(refused.retryAfterSeconds()).isEqualTo(10);
    clock.advance(Duration.ofSeconds(10));
    assertThat(limits.take("alice", 1).passed()).isTrue();
  }

  @Test
  void countsEachKeyApart() {
    limits.take("alice", 6);

    assertThat(limits.take("bob", 1).passed()).isTrue();
  }

  @Test
  void takesNothingWhenItRefusesAndRefusesWhatCouldNeverPass() {
    // When
    Standing tooMany = limits.take("alice", 7);

    // Then
    assertThat(tooMany.passed()).isFalse();
    assertThat(limits.take("alice", 6).passed()).isTrue();
  }

  @Test
  void aLimitOfNothingIsNoLimit() {
    assertThatThrownBy(() -> new Limit("caller", 0, Duration.ofMinutes(1)))
        .hasMessage("requests must be at least 1, is 0");
    assertThatThrownBy(() -> new Limit("caller", 1, Duration.ZERO))
        .hasMessage("period must be at least 1 s, is PT0S");
  }
}
