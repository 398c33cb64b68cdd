package dev.parley.room.frame;

import dev.parley.events.Bytes;
import dev.parley.room.frame.FrameRefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The vendor's frame: 4 bytes magic, 4 bytes length (big-endian, unsigned), body. Strict: the
 * length must be exactly that of the bytes that follow.
 */
public final class FrameCodec {
  static final int MAGIC_BYTES = 4;

  /** Bytes before the body. */
  public static final int HEADER_BYTES = MAGIC_BYTES + Integer.BYTES;

  /** Largest body: the vendor's limit for a client's message, 64 KB. */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  /** Largest frame. */
  public static final int MAX_FRAME_BYTES = HEADER_BYTES + MAX_BODY_BYTES;

  private FrameCodec() {}

  /** The frame as bytes. */
  public static byte[] encode(Frame frame) {
    return ByteBuffer.allocate(HEADER_BYTES + frame.body().length())
        .put(frame.magic().getBytes(StandardCharsets.US_ASCII))
        .putInt(frame.body().length())
        .put(frame.body().toArray())
        .array();
  }

  /**
   * Reads header and body; the body's content is not looked at.
   *
   * @throws FrameRefusedException when the bytes are not exactly one frame
   */
  public static Frame decode(byte[] bytes) throws FrameRefusedException {
    if (bytes.length < HEADER_BYTES) {
      throw new FrameRefusedException(
          Reason.TOO_SHORT,
          "a frame has at least " + HEADER_BYTES + " bytes, these are " + bytes.length);
    }
    if (bytes.length > MAX_FRAME_BYTES) {
      throw new FrameRefusedException(
          Reason.TOO_LARGE,
          "a frame has at most " + MAX_FRAME_BYTES + " bytes, these are " + bytes.length);
    }
    for (int i = 0; i < MAGIC_BYTES; i++) {
      if (!Frame.printable(bytes[i])) {
        throw new FrameRefusedException(
            Reason.MAGIC_NOT_ASCII, "byte " + (i + 1) + " of the magic is not printable ASCII");
      }
    }
    long declared = Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(MAGIC_BYTES));
    int actual = bytes.length - HEADER_BYTES;
    if (declared != actual) {
      throw new FrameRefusedException(
          Reason.LENGTH_MISMATCH,
          "the header declares " + declared + " bytes, " + actual + " follow");
    }
    return new Frame(
        new String(bytes, 0, MAGIC_BYTES, StandardCharsets.US_ASCII),
        Bytes.of(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length)));
  }
}
