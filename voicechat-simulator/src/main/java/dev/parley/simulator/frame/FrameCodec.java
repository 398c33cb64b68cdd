package dev.parley.simulator.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;

/** Frames to bytes and back; strict where the vendor's demo decoders are lax. */
public final class FrameCodec {

  /** Largest value that the cloud sends in one frame. */
  public static final int MAX_DOWNLINK_VALUE = 48 * 1024;

  /** Largest message that a client may send. */
  public static final int MAX_UPLINK = 64 * 1024;

  private static final int HEADER = 8;

  private FrameCodec() {}

  /** Four magic bytes, the value's length in bytes (big-endian), the value. */
  public static byte[] encode(Frame frame) {
    byte[] value = frame.value().getBytes(UTF_8);
    if (value.length > MAX_DOWNLINK_VALUE) {
      throw new IllegalArgumentException(
          "a frame's value holds at most " + MAX_DOWNLINK_VALUE + " bytes, not " + value.length);
    }
    return ByteBuffer.allocate(HEADER + value.length)
        .put(frame.magic().text().getBytes(US_ASCII))
        .putInt(value.length)
        .put(value)
        .array();
  }

  /** Reads a frame whose declared length is exactly the length that follows. */
  public static Frame decode(byte[] bytes) throws FrameRefused {
    if (bytes.length > MAX_UPLINK) {
      throw new FrameRefused("a message holds at most " + MAX_UPLINK + " bytes");
    }
    if (bytes.length < HEADER) {
      throw new FrameRefused("a frame has at least " + HEADER + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte[] magicBytes = new byte[4];
    buffer.get(magicBytes);
    Magic magic =
        Magic.of(new String(magicBytes, US_ASCII))
            .orElseThrow(() -> new FrameRefused("unknown magic bytes"));
    long declared = Integer.toUnsignedLong(buffer.getInt());
    if (declared != buffer.remaining()) {
      throw new FrameRefused(
          "the frame declares " + declared + " bytes and carries " + buffer.remaining());
    }
    try {
      String value =
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(buffer)
              .toString();
      return new Frame(magic, value);
    } catch (CharacterCodingException e) {
      throw new FrameRefused("the frame's value is not UTF-8");
    }
  }
}
