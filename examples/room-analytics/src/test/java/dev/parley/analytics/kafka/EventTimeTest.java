package dev.parley.analytics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {
  private static final long WRITTEN = Instant.parse("2026-03-01T09:30:00Z").toEpochMilli();

  private static final long NEWEST = Instant.parse("2026-03-01T09:10:00Z").toEpochMilli();

  private static long extracted(@Nullable String ceTime) {
    return extracted(ceTime, NEWEST);
  }

  private static long extracted(@Nullable String ceTime, long partitionTime) {
    RecordHeaders headers = new RecordHeaders();
    if (ceTime != null) {
      headers.add("ce_time", ceTime.getBytes(StandardCharsets.UTF_8));
    }
    return new EventTime()
        .extract(
            new ConsumerRecord<>(
                "topic",
                0,
                0,
                WRITTEN,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                "value",
                headers,
                Optional.empty()),
            partitionTime);
  }

  @Test
  void isWhenItHappenedAndNotWhenItWasWritten() {
    assertThat(extracted("2026-03-01T08:59:59.999Z"))
        .isEqualTo(Instant.parse("2026-03-01T08:59:59.999Z").toEpochMilli());
  }

  @Test
  void mayBeALittleAheadOfTheWriter() {
    assertThat(extracted("2026-03-01T09:35:00.000Z"))
        .isEqualTo(Instant.parse("2026-03-01T09:35:00Z").toEpochMilli());
  }

  @Test
  void doesNotGoOnWithAClockThatIsFarAheadOfTheWriter() {
    assertThat(extracted("2026-03-01T09:35:00.001Z")).isEqualTo(NEWEST);
    assertThat(extracted("2999-01-01T00:00:00.000Z")).isEqualTo(NEWEST);
  }

  @Test
  void doesNotGoOnWhereNothingIsTold() {
    assertThat(extracted(null)).isEqualTo(NEWEST);
  }

  @Test
  void beginsWithTheTimeOfWritingWhereNothingElseIsKnown() {
    assertThat(extracted(null, -1)).isEqualTo(WRITTEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-03-01",
        "1969-12-31T23:59:59.999Z",
        "+1000000000-12-31T23:59:59.999Z"
      })
  void doesNotGoOnWhereWhatIsToldIsNoTime(String told) {
    assertThat(extracted(told)).isEqualTo(NEWEST);
  }
}
