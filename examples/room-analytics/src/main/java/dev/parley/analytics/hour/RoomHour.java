package dev.parley.analytics.hour;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * The result: what one hour of a room adds up to. A later revision of the same room and hour
 * replaces the earlier ones.
 *
 * @param hourStartTimeMillis the hour, by its first millisecond
 * @param revision 1 for the first result of the hour, then one more each time
 * @param last true when the hour is closed: no later revision follows
 * @param asOfTimeMillis up to when the figures count; the hour's end when it is closed
 * @param participants different users who were there at any moment of the hour
 * @param presentMillis the time that they were there, added up over users
 * @param talkMillis humans: time with an open microphone; agents: time spent speaking
 * @param rounds conversation rounds that ended in the hour
 * @param response from the end of recognition to the start of the answer
 */
public record RoomHour(
    AppId appId,
    RoomId roomId,
    long hourStartTimeMillis,
    int revision,
    @JsonProperty("final") boolean last,
    long asOfTimeMillis,
    Split participants,
    Split presentMillis,
    Split talkMillis,
    Rounds rounds,
    Response response) {

  /** One figure, apart for humans and agents. */
  public record Split(long humans, long agents) {}

  /** How many rounds ended, and how many of these by an interruption. */
  public record Rounds(long ended, long interrupted) {}

  /**
   * Response times of the rounds that have one.
   *
   * @param measured how many have one
   * @param histogram all of them, an HdrHistogram (V2, compressed) in Base64: percentiles of hours
   *     cannot be averaged, histograms can be added
   */
  public record Response(
      long measured,
      @Nullable Long p50Millis,
      @Nullable Long p95Millis,
      @Nullable Long p99Millis,
      @Nullable Long maxMillis,
      @Nullable String histogram) {}

  /** True when the hour saw nobody and nothing. */
  @JsonIgnore
  public boolean isBlank() {
    return participants.humans() + participants.agents() + rounds.ended() == 0;
  }

  /** True when both say the same of the same hour, whatever their revision. */
  public boolean sameFigures(RoomHour other) {
    return revised(0, false, 0).equals(other.revised(0, false, 0));
  }

  RoomHour revised(int newRevision, boolean newLast, long newAsOfTimeMillis) {
    return new RoomHour(
        appId,
        roomId,
        hourStartTimeMillis,
        newRevision,
        newLast,
        newAsOfTimeMillis,
        participants,
        presentMillis,
        talkMillis,
        rounds,
        response);
  }
}
