package dev.parley.room.ingest;

import dev.parley.kit.kafka.EventPublisher.Draft;

/** What becomes of a callback. */
public sealed interface CallbackVerdict {
  /** The record that is kept: an observation, or a bad row. */
  Draft record();

  /** Genuine and understood: keep it, answer 200. */
  record Accepted(Draft record) implements CallbackVerdict {}

  /** Genuine, but of no use: keep it as a bad row, answer 200; sending it again would not help. */
  record Kept(Draft record) implements CallbackVerdict {}

  /** Not genuine: keep it as a bad row, answer 401. */
  record Refused(Draft record, String code, String detail) implements CallbackVerdict {}
}
