package dev.parley.room.http;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.room.kafka.StreamTopics;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What requests say beside their path, as text: whatever does not fit is told to who asked. */
final class Parameters {
  private static final Instant LAST = Instant.ofEpochMilli(Payload.MAX_EVENT_TIME_MILLIS);

  private Parameters() {}

  /** How many there may be on a page. */
  static int limit(String text, int max) {
    // Ten digits and more are beyond any page.
    int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > max) {
      throw invalid("Parameter limit must be 1 to " + max + ".");
    }
    return limit;
  }

  /**
   * A time that an event can have.
   *
   * @param what names it to who asked
   */
  static Instant time(String what, String text) {
    Instant time;
    try {
      time = Instant.parse(text);
    } catch (DateTimeException e) {
      throw invalid(what + " must be a time such as 2026-01-31T12:00:00Z.");
    }
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
      throw invalid(what + " must be between the years 1970 and 9999.");
    }
    return time;
  }

  /** Types with commas between, none for all; empty when one of them is never told in a stream. */
  static Optional<Set<String>> types(String text) {
    Set<String> types =
        text.isEmpty()
            ? Set.of()
            : Arrays.stream(text.split(",", -1)).collect(Collectors.toUnmodifiableSet());
    return Optional.of(types).filter(all -> all.stream().allMatch(Parameters::told));
  }

  private static boolean told(String type) {
    return PayloadTypes.named(type)
        .map(known -> StreamTopics.ALL.contains(PayloadTypes.of(known).topic()))
        .orElse(false);
  }

  static Problem unknownType() {
    return invalidValue("Parameter types names a type that streams and timelines do not tell.");
  }

  static ProblemException invalid(String detail) {
    return new ProblemException(invalidValue(detail));
  }

  private static Problem invalidValue(String detail) {
    return Problem.of(400, "invalid_value", detail);
  }
}
