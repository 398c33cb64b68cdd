package dev.parley.kit.callback;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The last path segment of a message callback's address: {@code room~task~proof}. The cloud's
 * message callbacks name neither room nor task, so the address does, and proves that agent-control
 * wrote it. No id may hold {@code ~}.
 */
public record CallbackPath(RoomId roomId, TaskId taskId) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int PROOF_BYTES = 16;

  /** The segment for one task. */
  public static String mint(Secret key, AppId appId, RoomId roomId, TaskId taskId) {
    return roomId.value()
        + "~"
        + taskId.value()
        + "~"
        + HexFormat.of().formatHex(proof(key, appId, roomId, taskId));
  }

  /** The room and task of a segment; empty when it was not minted with that key for that app. */
  public static Optional<CallbackPath> open(Secret key, AppId appId, String segment) {
    String[] parts = segment.split("~", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      RoomId roomId = new RoomId(parts[0]);
      TaskId taskId = new TaskId(parts[1]);
      byte[] claimed = HexFormat.of().parseHex(parts[2]);
      return MessageDigest.isEqual(claimed, proof(key, appId, roomId, taskId))
          ? Optional.of(new CallbackPath(roomId, taskId))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] proof(Secret key, AppId appId, RoomId roomId, TaskId taskId) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.bytes(), ALGORITHM));
      byte[] whole =
          mac.doFinal((appId + ":" + roomId + ":" + taskId).getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(whole, PROOF_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
