package dev.parley.simulator.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One user in one room, now.
 *
 * @param extraInfo given by the client at join
 * @param agent whether an agent and not a client
 * @param capturing whether the microphone is on
 */
public record Presence(
    String userId,
    @Nullable String extraInfo,
    boolean agent,
    Instant joinedAt,
    boolean audio,
    boolean video,
    boolean capturing) {

  Presence publishing(boolean publishesAudio, boolean publishesVideo) {
    return new Presence(
        userId, extraInfo, agent, joinedAt, publishesAudio, publishesVideo, capturing);
  }

  Presence capturing(boolean on) {
    return new Presence(userId, extraInfo, agent, joinedAt, audio, video, on);
  }
}
