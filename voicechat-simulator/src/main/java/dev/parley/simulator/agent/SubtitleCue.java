package dev.parley.simulator.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When which piece of an answer is shown.
 *
 * @param at after the answer began to sound
 * @param text of the subtitle record
 * @param open what closes the sentence if the answer is cut short right after
 * @param definite this sentence is final
 * @param paragraph the whole turn is final
 */
record SubtitleCue(Duration at, String text, String open, boolean definite, boolean paragraph) {

  /** The cues of an answer that is spoken to its end, in their order. */
  static List<SubtitleCue> of(String text, SubtitleMode mode, Duration character) {
    return switch (mode) {
      case ALIGNED -> aligned(text, character);
      case FAST -> fast(text, character);
    };
  }

  private static List<SubtitleCue> aligned(String text, Duration character) {
    List<SubtitleCue> cues = new ArrayList<>();
    List<String> sentences = Words.sentences(text);
    int before = 0;
    for (int i = 0; i < sentences.size(); i++) {
      String sentence = sentences.get(i);
      String half = Words.firstHalf(sentence);
      if (!half.equals(sentence)) {
        Duration at = character.multipliedBy(before + half.length());
        cues.add(new SubtitleCue(at, half, half, false, false));
      }
      before += sentence.length();
      boolean last = i == sentences.size() - 1;
      cues.add(new SubtitleCue(character.multipliedBy(before), sentence, "", true, last));
    }
    return cues;
  }

  private static List<SubtitleCue> fast(String text, Duration character) {
    // The model writes several times faster than the voice speaks.
    List<SubtitleCue> cues = new ArrayList<>();
    int before = 0;
    for (String fragment : Words.fragments(text)) {
      Duration at = character.multipliedBy(before).dividedBy(4);
      cues.add(new SubtitleCue(at, fragment, "", false, false));
      before += fragment.length();
    }
    cues.add(new SubtitleCue(character.multipliedBy(before).dividedBy(4), "", "", true, true));
    return cues;
  }
}
