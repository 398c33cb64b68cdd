package dev.parley.room.ingest;

import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.EventTooLargeException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Why no topic will ever take a report as it is, in the words that clients are told. */
record CodecRefusal(String code, String detail) {
  /** Null when the failure is another one, and trying again may help. */
  static @Nullable CodecRefusal of(@Nullable Throwable failure) {
    return switch (cause(failure)) {
      case EventTooLargeException tooLarge ->
          new CodecRefusal("event_too_large", "The event is larger than a topic takes.");
      case EventRefusedException refused ->
          new CodecRefusal("event_refused", "A value is outside the bounds of the event contract.");
      case null, default -> null;
    };
  }

  static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
