package dev.parley.simulator.room;

import java.util.Base64;

/** Bytes that travel through a room, as a value. */
public record BinaryMessage(String base64) {

  public BinaryMessage {
    Base64.getDecoder().decode(base64);
  }

  /** Wraps bytes. */
  public static BinaryMessage of(byte[] bytes) {
    return new BinaryMessage(Base64.getEncoder().encodeToString(bytes));
  }

  /** The bytes. */
  public byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }
}
