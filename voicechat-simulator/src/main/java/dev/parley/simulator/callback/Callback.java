package dev.parley.simulator.callback;

import dev.parley.simulator.fault.Occasion;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call that the cloud owes a customer.
 *
 * @param what who it is about, and its label
 * @param contentType absent for message callbacks, which come without one
 * @param body JSON text, the same on every attempt
 * @param attempts how often it is tried at most
 * @param outcome is told how it went, once
 */
public record Callback(
    Kind kind,
    Occasion what,
    URI url,
    @Nullable String contentType,
    String body,
    int attempts,
    Consumer<Outcome> outcome) {

  /** The three families of callbacks. */
  public enum Kind {
    /** Signed event callback. */
    WEBHOOK,
    /** Conversation state or subtitle, as a frame in Base64. */
    MESSAGE,
    /** Function call. */
    FUNCTION
  }

  /** How a callback ended. */
  public enum Outcome {
    /** Answered as it must be. */
    DELIVERED,
    /** Answered otherwise, on the last attempt. */
    REJECTED,
    /** Not answered in time or not at all, on the last attempt. */
    UNREACHABLE,
    /** Not sent, because a fault said so. */
    LOST,
    /** Not sent, because too many were waiting. */
    OVERFLOWN
  }

  @Override
  public String toString() {
    return "Callback[" + kind + " " + what.action() + " to " + url.getHost() + "]";
  }
}
