package dev.parley.simulator.frame;

/** Bytes that are no frame an agent understands. */
public final class FrameRefused extends Exception {

  private static final long serialVersionUID = 1L;

  FrameRefused(String message) {
    super(message);
  }
}
