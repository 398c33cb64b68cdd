package dev.parley.simulator.agent;

import dev.parley.simulator.agent.Subtitle.Speaker;
import java.util.Optional;

/** The subtitle records of one answer, so that it can be closed wherever it was cut short. */
final class AnswerSubtitles {
  private final String agentUserId;
  private final int round;
  private final String language;
  private int sequence;
  private String open = "";
  private boolean closed;

  AnswerSubtitles(String agentUserId, int round, String answer) {
    this.agentUserId = agentUserId;
    this.round = round;
    this.language = Words.language(answer);
  }

  /** The next record. */
  Subtitle next(SubtitleCue cue) {
    open = cue.open();
    return next(cue.text(), cue.definite(), cue.paragraph());
  }

  /** The record that ends the answer here; none when nothing was shown or it has ended. */
  Optional<Subtitle> close() {
    return closed || sequence == 0 ? Optional.empty() : Optional.of(next(open, true, true));
  }

  private Subtitle next(String text, boolean definite, boolean paragraph) {
    closed = paragraph;
    return new Subtitle(
        Speaker.AGENT, agentUserId, round, sequence++, text, language, definite, paragraph);
  }
}
