package dev.parley.room.frame;

import dev.parley.events.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * A binary message of a room: four characters that say what it is, and a body.
 *
 * @param magic four printable ASCII characters
 * @param body at most {@link FrameCodec#MAX_BODY_BYTES}; JSON in UTF-8 for every magic known so far
 */
public record Frame(String magic, Bytes body) {
  public Frame {
    if (magic.length() != FrameCodec.MAGIC_BYTES || !magic.chars().allMatch(Frame::printable)) {
      throw new IllegalArgumentException("magic must be 4 printable ASCII characters");
    }
    if (body.length() > FrameCodec.MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "body must have at most " + FrameCodec.MAX_BODY_BYTES + " bytes, has " + body.length());
    }
  }

  /** A frame whose body is a text. */
  public static Frame of(String magic, String body) {
    return new Frame(magic, Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  static boolean printable(int character) {
    return character >= 0x20 && character <= 0x7e;
  }
}
