package dev.parley.agent.kafka;

import java.time.Duration;

/** Waiting that may be cut short. */
final class Pauses {
  private Pauses() {}

  /** False when the thread was interrupted; the mark stays. */
  static boolean sleep(Duration duration) {
    try {
      Thread.sleep(duration);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
