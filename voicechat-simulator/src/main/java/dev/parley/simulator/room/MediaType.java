package dev.parley.simulator.room;

import java.util.Arrays;
import java.util.Optional;

/** The Web SDK's media types. */
public enum MediaType {
  /** Microphone. */
  AUDIO(1),
  /** Camera. */
  VIDEO(2),
  /** Both. */
  AUDIO_AND_VIDEO(3);

  private final int code;

  MediaType(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** Whether a microphone is part of it. */
  public boolean hasAudio() {
    return this != VIDEO;
  }

  /** Whether a camera is part of it. */
  public boolean hasVideo() {
    return this != AUDIO;
  }

  /** The media type of a number. */
  public static Optional<MediaType> of(int code) {
    return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
  }
}
