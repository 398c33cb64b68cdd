package dev.parley.room;

import dev.parley.events.RoomEvent.MediaType;

/** What a user can send or switch on. */
enum Slot {
  AUDIO(MediaType.AUDIO, false, false),
  VIDEO(MediaType.VIDEO, false, false),
  SCREEN_AUDIO(MediaType.AUDIO, true, false),
  SCREEN_VIDEO(MediaType.VIDEO, true, false),
  MICROPHONE(MediaType.AUDIO, false, true),
  CAMERA(MediaType.VIDEO, false, true);

  private final MediaType mediaType;
  private final boolean screen;
  private final boolean capture;

  Slot(MediaType mediaType, boolean screen, boolean capture) {
    this.mediaType = mediaType;
    this.screen = screen;
    this.capture = capture;
  }

  MediaType mediaType() {
    return mediaType;
  }

  boolean screen() {
    return screen;
  }

  /** True for a device, false for a stream. */
  boolean capture() {
    return capture;
  }

  static Slot stream(MediaType mediaType, boolean screen) {
    return switch (mediaType) {
      case AUDIO -> screen ? SCREEN_AUDIO : AUDIO;
      case VIDEO -> screen ? SCREEN_VIDEO : VIDEO;
    };
  }
}
