package dev.parley.room.frame;

import java.util.Locale;

/** Bytes that are not a frame, or a frame whose body is not what its magic promises. */
public final class FrameRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a frame is refused. */
  public enum Reason {
    /** Fewer bytes than a header has. */
    TOO_SHORT,
    /** More bytes than the vendor lets pass. */
    TOO_LARGE,
    /** The first four bytes are not printable ASCII. */
    MAGIC_NOT_ASCII,
    /** The header's length is not the number of bytes that follow. */
    LENGTH_MISMATCH,
    /** The body is not UTF-8. */
    BODY_NOT_UTF8,
    /** The body is not JSON. */
    BODY_NOT_JSON,
    /** The body is JSON, but lacks what its magic promises. */
    BODY_DOES_NOT_FIT;

    /** The stable code of a bad row. */
    public String code() {
      return "frame_" + name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;

  FrameRefusedException(Reason reason, String message) {
    // Refusing is an everyday answer: a stack trace per bad frame would only cost time.
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Why, for programs. */
  public Reason reason() {
    return reason;
  }

  /** Why, one sentence; quotes no content. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
