package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HearingTest {
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final MutableClock clock = new MutableClock(Samples.NOW);
  private final Hearing hearing = new Hearing(SILENCE, clock, clock::nanos);

  private void after(Duration time, double bytes) {
    clock.advance(time);
    hearing.note(bytes);
  }

  @Test
  void isClearWhileKafkaAnswers() {
    // When
    after(Duration.ofMillis(500), 100);
    after(Duration.ofMillis(1500), 200);

    // Then
    assertThat(hearing.clear()).isTrue();
    assertThat(hearing.since()).isEqualTo(Samples.NOW);
  }

  @Test
  void isNotClearAsSoonAsKafkaIsSilent() {
    // Given
    after(Duration.ofMillis(500), 100);

    // When
    after(Duration.ofMillis(1501), 100);

    // Then
    assertThat(hearing.clear()).isFalse();
  }

  @Test
  void aShortSilenceIsNoBreak() {
    // When
    after(SILENCE, 100);

    // Then
    assertThat(hearing.clear()).isTrue();
    assertThat(hearing.since()).isEqualTo(Samples.NOW);
  }

  @Test
  void afterABreakWhatWasToldMeanwhileComesThroughFirst() {
    // Given
    after(SILENCE.plusMillis(1), 100);
    Instant again = clock.instant();

    // When
    boolean atOnce = hearing.clear();
    after(Duration.ofMillis(4999), 200);
    boolean before = hearing.clear();
    after(Duration.ofMillis(1), 300);

    // Then
    assertThat(hearing.since()).isEqualTo(again);
    assertThat(atOnce).isFalse();
    assertThat(before).isFalse();
    assertThat(hearing.clear()).isTrue();
  }
}
