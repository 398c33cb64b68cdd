package dev.parley.room.kafka;

import java.io.Serial;

/**
 * The memory of a room was written by a newer version. This one cannot read it and must not begin
 * the room anew: what the newer one knows would be gone.
 */
final class NewerMemoryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  NewerMemoryException(String room, int layout, int known) {
    super(
        "the memory of room %s has layout %d, this version knows layouts up to %d: upgrade all reducers"
            .formatted(room, layout, known));
  }

  /** True when that is why something failed. */
  static boolean isBehind(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof NewerMemoryException) {
        return true;
      }
    }
    return false;
  }
}
