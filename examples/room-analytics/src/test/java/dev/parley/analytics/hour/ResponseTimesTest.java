package dev.parley.analytics.hour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.analytics.hour.RoomHour.Response;
import java.util.Objects;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ResponseTimesTest {
  @Test
  void percentilesOfOneToAHundred() {
    // Given
    ResponseTimes times = new ResponseTimes();
    LongStream.rangeClosed(1, 100).forEach(times::add);

    // When
    Response summary = times.summary();

    // Then
    assertThat(summary.measured()).isEqualTo(100);
    assertThat(summary.p50Millis()).isEqualTo(50);
    assertThat(summary.p95Millis()).isEqualTo(95);
    assertThat(summary.p99Millis()).isEqualTo(99);
    assertThat(summary.maxMillis()).isEqualTo(100);
  }

  @Test
  void longTimesAreWithinAThousandth() {
    // Given
    ResponseTimes times = new ResponseTimes();
    times.add(123_456);

    // Then
    assertThat(times.summary().p99Millis()).isCloseTo(123_456L, Percentage.withPercentage(0.1));
  }

  @Test
  void whatIsSlowerThanTheRangeCountsAsItsEnd() {
    // Given
    ResponseTimes times = new ResponseTimes();
    times.add(Long.MAX_VALUE);

    // Then
    assertThat(times.summary().maxMillis()).isCloseTo(600_000L, Percentage.withPercentage(0.1));
  }

  @Test
  void nothingMeasuredHasNoPercentiles() {
    assertThat(new ResponseTimes().summary())
        .isEqualTo(new Response(0, null, null, null, null, null));
  }

  @Test
  void hoursAddUpToTheDay() {
    // Given
    ResponseTimes fast = new ResponseTimes();
    LongStream.rangeClosed(1, 90).forEach(fast::add);
    ResponseTimes slow = new ResponseTimes();
    LongStream.rangeClosed(91, 100).forEach(slow::add);
    ResponseTimes day = new ResponseTimes();

    // When
    day.addAll(Objects.requireNonNull(fast.summary().histogram()));
    day.addAll(Objects.requireNonNull(slow.summary().histogram()));

    // Then
    assertThat(day.summary().measured()).isEqualTo(100);
    assertThat(day.summary().p50Millis()).isEqualTo(50);
    assertThat(day.summary().p95Millis()).isEqualTo(95);
  }

  @Test
  void whatIsNoHistogramIsRefused() {
    assertThatThrownBy(() -> new ResponseTimes().addAll("AAAAAAAAAAAAAAAA"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
