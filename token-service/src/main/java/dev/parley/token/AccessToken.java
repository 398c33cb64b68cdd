package dev.parley.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.events.id.AppId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an access token says. Holds whatever the format can hold, so that a foreign token can be
 * read; {@link TokenIssuer} is narrower.
 *
 * @param nonce unsigned 32 bits
 * @param issuedAt whole seconds
 * @param expiry end of the whole token; overrides the privileges' own
 * @param roomId {@code *} for every room, empty for real-time messaging outside rooms
 * @param privileges number to expiry; may hold numbers that {@link Privilege} does not name
 */
public record AccessToken(
    AppId appId,
    long nonce,
    Instant issuedAt,
    Expiry expiry,
    String roomId,
    String userId,
    SortedMap<Integer, Expiry> privileges) {

  /** The room id that admits to every room. */
  public static final String EVERY_ROOM = "*";

  static final int UINT16_MAX = 0xFFFF;
  private static final long UINT32_MAX = 0xFFFF_FFFFL;

  public AccessToken {
    if (nonce < 0 || nonce > UINT32_MAX) {
      throw new IllegalArgumentException("nonce must fit 32 unsigned bits, is " + nonce);
    }
    if (issuedAt.getNano() != 0
        || issuedAt.getEpochSecond() < 0
        || issuedAt.getEpochSecond() > UINT32_MAX) {
      throw new IllegalArgumentException(
          "issuedAt must be whole seconds in 32 unsigned bits, is " + issuedAt);
    }
    checkText("roomId", roomId);
    checkText("userId", userId);
    privileges = Collections.unmodifiableSortedMap(new TreeMap<>(privileges));
    for (Map.Entry<Integer, Expiry> entry : privileges.entrySet()) {
      if (entry.getKey() < 0 || entry.getKey() > UINT16_MAX) {
        throw new IllegalArgumentException(
            "privilege must fit 16 unsigned bits, is " + entry.getKey());
      }
    }
    int size = messageSize(roomId, userId, privileges.size());
    if (size > UINT16_MAX) {
      throw new IllegalArgumentException(
          "roomId, userId and privileges must fit " + UINT16_MAX + " bytes, have " + size);
    }
  }

  /** Whether it admits to the room. */
  public boolean admitsTo(String room) {
    return roomId.equals(EVERY_ROOM) || roomId.equals(room);
  }

  int messageSize() {
    return messageSize(roomId, userId, privileges.size());
  }

  private static int messageSize(String roomId, String userId, int privileges) {
    int fixed = 3 * Integer.BYTES + 3 * Short.BYTES;
    return fixed
        + roomId.getBytes(UTF_8).length
        + userId.getBytes(UTF_8).length
        + privileges * (Short.BYTES + Integer.BYTES);
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static void checkText(String name, String value) {
    // Half a surrogate pair would be written as "?" and read back as another id.
    if (hasSurrogates(value) && !UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException(name + " must be well-formed Unicode");
    }
  }
}
