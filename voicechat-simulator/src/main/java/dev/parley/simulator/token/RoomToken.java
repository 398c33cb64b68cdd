package dev.parley.simulator.token;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a verified access token says.
 *
 * @param roomId {@code *} admits to any room
 * @param expireAtSeconds Unix seconds, 0 for never; that second itself is still valid
 * @param privileges privilege number to its expiry in Unix seconds, 0 for never
 */
public record RoomToken(
    String appId,
    String roomId,
    String userId,
    long expireAtSeconds,
    Map<Integer, Long> privileges) {

  private static final int PUBLISH_STREAM = 0;
  private static final int PUBLISH_AUDIO = 1;
  private static final int PUBLISH_VIDEO = 2;

  public RoomToken {
    privileges = Collections.unmodifiableMap(new TreeMap<>(privileges));
  }

  /** Whether the token admits this user to this room. */
  public boolean admits(String room, String user) {
    return (roomId.equals("*") || roomId.equals(room)) && userId.equals(user);
  }

  /** Whether the holder may publish a microphone. */
  public boolean mayPublishAudio() {
    return privileges.containsKey(PUBLISH_STREAM) || privileges.containsKey(PUBLISH_AUDIO);
  }

  /** Whether the holder may publish a camera. */
  public boolean mayPublishVideo() {
    return privileges.containsKey(PUBLISH_STREAM) || privileges.containsKey(PUBLISH_VIDEO);
  }

  /** When the token stops to hold; empty for never. */
  public Optional<Instant> expiresAt() {
    return expireAtSeconds == 0
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(expireAtSeconds).plusSeconds(1));
  }
}
