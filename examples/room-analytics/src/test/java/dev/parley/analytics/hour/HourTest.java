package dev.parley.analytics.hour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HourTest {
  private static final long NINE = Instant.parse("2026-03-01T09:00:00Z").toEpochMilli();
  private static final long TEN = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();

  @Test
  void beginsWithItsFirstMillisecondAndEndsBeforeTheNext() {
    // Given
    Hour nine = Hour.of(Instant.parse("2026-03-01T09:59:59.999Z").toEpochMilli());

    // Then
    assertThat(nine.startMillis()).isEqualTo(NINE);
    assertThat(nine.endMillis()).isEqualTo(TEN);
    assertThat(nine.next()).isEqualTo(Hour.of(TEN));
    assertThat(nine.contains(NINE)).isTrue();
    assertThat(nine.contains(TEN - 1)).isTrue();
    assertThat(nine.contains(TEN)).isFalse();
    assertThat(nine.contains(NINE - 1)).isFalse();
  }

  @Test
  void momentsBefore1970HaveAnHourToo() {
    assertThat(Hour.of(-1)).isEqualTo(new Hour(-3_600_000));
  }

  @Test
  void mustBeAFullHour() {
    assertThatThrownBy(() -> new Hour(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("startMillis must be a full hour, is 1");
  }
}
