package dev.parley.room.ingest;

import dev.parley.kit.kafka.EventPublisher.Draft;
import java.util.Optional;
import java.util.function.BiFunction;

/** What becomes of a callback. */
public sealed interface CallbackVerdict {
  /** The record that is kept: an observation, or a bad row. */
  Draft record();

  /**
   * Genuine and understood: keep it, answer 200.
   *
   * @param otherwise what is kept when no topic takes the record: the bad row for a code and a
   *     reason
   */
  record Accepted(Draft record, BiFunction<String, String, Draft> otherwise)
      implements CallbackVerdict {
    /** The bad row that is kept instead; empty when trying again may help. */
    public Optional<Draft> insteadAfter(Throwable failure) {
      CodecRefusal refusal = CodecRefusal.of(failure);
      return refusal == null
          ? Optional.empty()
          : Optional.of(otherwise.apply(refusal.code(), refusal.detail()));
    }
  }

  /** Genuine, but of no use: keep it as a bad row, answer 200; sending it again would not help. */
  record Kept(Draft record) implements CallbackVerdict {}

  /** Not genuine: keep it as a bad row, answer 401. */
  record Refused(Draft record, String code, String detail) implements CallbackVerdict {}
}
