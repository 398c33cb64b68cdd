package dev.parley.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Base64;

/** Immutable bytes with value equality; standard Base64 with padding in JSON. */
@About(value = "Raw bytes, standard Base64 with padding.", example = "Y3RybAAAAAA=")
public final class Bytes {
  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** Copies the array. */
  public static Bytes of(byte[] value) {
    return new Bytes(value.clone());
  }

  /**
   * Reads standard Base64 with padding.
   *
   * @throws IllegalArgumentException when the text is not Base64
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Bytes ofBase64(String base64) {
    return new Bytes(Base64.getDecoder().decode(base64));
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return value.clone();
  }

  /** How many bytes these are. */
  public int length() {
    return value.length;
  }

  /** Standard Base64 with padding. */
  @JsonValue
  public String toBase64() {
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** The length only: what is inside may be a transcript. */
  @Override
  public String toString() {
    return value.length + " bytes";
  }
}
