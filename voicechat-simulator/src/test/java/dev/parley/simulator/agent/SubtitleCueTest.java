package dev.parley.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SubtitleCueTest {
  private static final Duration CHARACTER = Duration.ofMillis(10);

  @Test
  void anAlignedSentenceIsShownByHalfAndWholeWhenTheVoiceIsThere() {
    assertThat(SubtitleCue.of("Yes. Good.", SubtitleMode.ALIGNED, CHARACTER))
        .containsExactly(
            cue(20, "Ye", "Ye", false, false),
            cue(40, "Yes.", "", true, false),
            cue(70, " Go", " Go", false, false),
            cue(100, " Good.", "", true, true));
  }

  @Test
  void fastPiecesComeFourTimesAsFastAndAnEmptyOneCloses() {
    assertThat(SubtitleCue.of("Good morning", SubtitleMode.FAST, CHARACTER))
        .containsExactly(
            cue(0, "Good m", "", false, false),
            cue(15, "orning", "", false, false),
            cue(30, "", "", true, true));
  }

  private static SubtitleCue cue(
      long millis, String text, String open, boolean definite, boolean paragraph) {
    return new SubtitleCue(Duration.ofMillis(millis), text, open, definite, paragraph);
  }
}
