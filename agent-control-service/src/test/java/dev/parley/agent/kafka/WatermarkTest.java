package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WatermarkTest {

  @Test
  void stopsBeforeTheFirstGap() {
    // Given
    Watermark watermark = new Watermark();
    watermark.begin(5);
    watermark.begin(6);
    watermark.begin(7);

    // When
    watermark.done(5);
    watermark.done(7);

    // Then
    assertThat(watermark.advanced()).isEqualTo(OptionalLong.of(6));
  }

  @Test
  void saysNothingWhileNothingMoved() {
    // Given
    Watermark watermark = new Watermark();
    watermark.begin(5);
    watermark.done(5);
    assertThat(watermark.advanced()).isEqualTo(OptionalLong.of(6));

    // When
    OptionalLong again = watermark.advanced();

    // Then
    assertThat(again).isEmpty();
  }

  @Property(tries = 300)
  void neverPassesARecordThatIsNotDone(
      @ForAll @IntRange(min = 1, max = 60) int records, @ForAll long seed) {
    // Given
    Watermark watermark = new Watermark();
    List<Long> open = new ArrayList<>();
    for (long offset = 0; offset < records; offset++) {
      watermark.begin(offset);
      open.add(offset);
    }
    Collections.shuffle(open, new Random(seed));

    while (!open.isEmpty()) {
      // When
      watermark.done(open.removeLast());

      // Then
      OptionalLong reached = watermark.advanced();
      long firstOpen = open.isEmpty() ? records : Collections.min(open);
      if (reached.isPresent()) {
        assertThat(reached.getAsLong()).isEqualTo(firstOpen);
      }
    }
  }
}
