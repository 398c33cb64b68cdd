package dev.parley.room.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.room.push.Timeline.Position;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimelineSpanTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static Position at(String time) {
    return new Position(Instant.parse(time).toEpochMilli(), 0, 7);
  }

  @Test
  void isTheLastHourWhenNothingIsSaid() {
    assertThat(TimelineSpan.asked(null, null, null, NOW))
        .isEqualTo(
            new TimelineSpan(
                Instant.parse("2026-01-31T11:00:01Z"), Instant.parse("2026-01-31T12:00:01Z")));
  }

  @Test
  void goesOnWhereThePageBeforeEndedHoweverLateItIs() {
    assertThat(TimelineSpan.asked(null, null, at("2026-01-31T09:30:00Z"), NOW).from())
        .isEqualTo(Instant.parse("2026-01-31T09:30:00Z"));
  }

  @Test
  void readsNothingAgainThatStoodOnPagesBefore() {
    Instant from = Instant.parse("2026-01-25T00:00:00Z");

    assertThat(TimelineSpan.asked(from, NOW, at("2026-01-31T09:30:00Z"), NOW).from())
        .isEqualTo(Instant.parse("2026-01-31T09:30:00Z"));
    assertThat(TimelineSpan.asked(NOW.minusSeconds(1), NOW, at("2026-01-31T09:30:00Z"), NOW).from())
        .isEqualTo(Instant.parse("2026-01-31T11:59:59Z"));
  }

  @Test
  void cannotEndBeforeItBegins() {
    assertThatThrownBy(() -> TimelineSpan.asked(NOW, NOW, null, NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
