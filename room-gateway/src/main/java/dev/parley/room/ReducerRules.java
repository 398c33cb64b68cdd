package dev.parley.room;

import java.time.Duration;

/**
 * The reducer's time constants.
 *
 * @param clockTolerance how far apart the corrected clocks of two sources may stand when they tell
 *     of one and the same change
 * @param reconnectGrace how long a broken relay connection may stay away before its user counts as
 *     gone
 * @param cloudGrace how long the cloud's word that a user joined still holds after the user's own
 *     relay has broken off
 * @param relayLease how long an open relay connection counts without any sign of it
 * @param repeatWindow how far apart two reports of a message with the same content may be to count
 *     as one message
 * @param exactWindow the same for messages that carry the cloud's own time or id
 * @param roundSettle how long a finished round waits for moments that were overtaken
 * @param maxSilence a room without any report for so long is over
 */
public record ReducerRules(
    Duration clockTolerance,
    Duration reconnectGrace,
    Duration cloudGrace,
    Duration relayLease,
    Duration repeatWindow,
    Duration exactWindow,
    Duration roundSettle,
    Duration maxSilence) {

  /**
   * How many reports of a client a late one may be behind and still be told from one that was taken
   * in before.
   */
  public static final int MAX_REPORTS_BEHIND = 512;

  /**
   * How long connections get to be heard again after a time in which nobody was heard: half their
   * lease, in which each is renewed.
   */
  public Duration patience() {
    return relayLease.dividedBy(2);
  }

  /**
   * After how long a time in which nobody was heard that is so: with a renewal before and one after
   * it, less than the lease.
   */
  public Duration unheardAfter() {
    return relayLease.dividedBy(4);
  }

  /** The rules as they are when nothing is configured. */
  public static ReducerRules defaults() {
    return new ReducerRules(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofMinutes(3),
        Duration.ofMinutes(1),
        Duration.ofHours(6),
        Duration.ofSeconds(3),
        Duration.ofHours(24));
  }
}
