package dev.parley.room.http;

import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Session;
import dev.parley.room.Spans;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.http.ReplayResource.Order;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayOrder.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the order of a replay; whatever does not fit is told to who ordered it. */
final class OrderReader {
  /** Most types, or codes, of one order: it is one record of the journal. */
  static final int MAX_TYPES = 100;

  private static final int MAX_TARGET_END = 100;
  private static final Pattern TARGET_END = Pattern.compile("[A-Za-z0-9._-]*");
  private static final Pattern CODE = Pattern.compile("[a-z0-9_]{1,64}");

  /** What rooms are made of; secrets and tokens have no business in a replay. */
  private static final Set<Topic> TOPICS =
      Arrays.stream(Topic.values())
          .filter(topic -> topic != Topic.BAD_ROWS && topic != Topic.TOKEN_EVENTS)
          .filter(topic -> topic.cleanup() == Topic.Cleanup.DELETE)
          .collect(Collectors.toUnmodifiableSet());

  private final RoomConfig.Replays config;
  private final Clock clock;

  OrderReader(RoomConfig.Replays config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  private record Span(Instant from, Instant to) {}

  /**
   * An order that can be kept.
   *
   * @param asked null for an empty body
   * @throws ProblemException when it is none
   */
  ReplayOrder read(@Nullable Order asked, Session operator) {
    if (asked == null) {
      throw new ProblemException(
          Problem.of(
              400, "malformed_body", "Send the order as a JSON object, with kind and from."));
    }
    return switch (asked.kind()) {
      case "EVENTS" -> {
        Span span = span(asked);
        List<String> types = types(asked);
        yield order(
            asked,
            operator,
            Kind.EVENTS,
            span,
            topics(asked, types),
            types,
            target(asked.target()));
      }
      case "BAD_ROWS" -> {
        if (asked.target() != null || asked.topics() != null) {
          throw Parameters.invalid("Bad rows go where they belong: leave out target and topics.");
        }
        yield order(
            asked,
            operator,
            Kind.BAD_ROWS,
            span(asked),
            List.of(Topic.BAD_ROWS),
            codes(asked),
            null);
      }
      case null, default -> throw Parameters.invalid("Field kind must be EVENTS or BAD_ROWS.");
    };
  }

  private ReplayOrder order(
      Order asked,
      Session operator,
      Kind kind,
      Span span,
      List<Topic> topics,
      List<String> types,
      @Nullable String target) {
    return new ReplayOrder(
        UUID.randomUUID().toString(),
        operator.appId(),
        operator.subject(),
        clock.millis(),
        kind,
        asked.roomId(),
        span.from().toEpochMilli(),
        span.to().toEpochMilli(),
        topics,
        types,
        target,
        null);
  }

  private Span span(Order asked) {
    Instant to = asked.to() == null ? clock.instant() : Parameters.time("Field to", asked.to());
    if (asked.from() == null) {
      throw Parameters.invalid("Field from must be a time such as 2026-01-31T12:00:00Z.");
    }
    Instant from = Parameters.time("Field from", asked.from());
    if (!from.isBefore(to)) {
      throw Parameters.invalid(
          asked.to() == null
              ? "Field from must be before now, where to is left out."
              : "Field from must be before to.");
    }
    if (from.plus(config.maxSpan()).isBefore(to)) {
      throw Parameters.invalid(
          "Fields from and to may be at most "
              + Spans.words(config.maxSpan())
              + " apart: order several replays.");
    }
    return new Span(from, to);
  }

  private static List<String> types(Order asked) {
    return named(
        asked,
        type -> PayloadTypes.named(type).isPresent(),
        "Field types names a type that is unknown.");
  }

  private static List<String> codes(Order asked) {
    return named(
        asked,
        code -> CODE.matcher(code).matches(),
        "Field types must name codes of bad rows, each of 1 to 64 of a-z 0-9 _ alone.");
  }

  private static List<String> named(Order asked, Predicate<String> known, String otherwise) {
    List<@Nullable String> types = asked.types();
    if (types == null) {
      return List.of();
    }
    if (types.size() > MAX_TYPES) {
      throw Parameters.invalid(
          "Field types names more than " + MAX_TYPES + ": leave it out, or order several replays.");
    }
    List<String> named = new ArrayList<>();
    for (String type : types) {
      if (type == null || !known.test(type)) {
        throw Parameters.invalid(otherwise);
      }
      named.add(type);
    }
    return named;
  }

  private static List<Topic> topics(Order asked, List<String> types) {
    List<@Nullable String> names = asked.topics();
    Set<Topic> of =
        names == null
            ? types.stream()
                .flatMap(type -> PayloadTypes.named(type).stream())
                .map(known -> PayloadTypes.of(known).topic())
                .collect(Collectors.toSet())
            : names.stream().map(OrderReader::topic).collect(Collectors.toSet());
    if (of.isEmpty()) {
      of = Set.of(Topic.ROOM_EVENTS);
    }
    if (!TOPICS.containsAll(of)) {
      throw Parameters.invalid(
          "Only topics of rooms and agents that keep every record are told again.");
    }
    return of.stream().sorted().toList();
  }

  private static Topic topic(@Nullable String name) {
    return Optional.ofNullable(name)
        .flatMap(Topic::named)
        .orElseThrow(() -> Parameters.invalid("Field topics names a topic that is unknown."));
  }

  private String target(@Nullable String target) {
    String prefix = config.targetPrefix();
    if (target == null) {
      throw notAllowed(
          "Field target is missing: name the topic to write to, with "
              + prefix
              + " at its beginning.");
    }
    if (!target.startsWith(prefix)) {
      throw notAllowed(
          "Field target must have "
              + prefix
              + " at its beginning: events are told again into such topics alone.");
    }
    String end = target.substring(prefix.length());
    if (end.isEmpty() || end.length() > MAX_TARGET_END) {
      throw notAllowed(
          "Field target must have 1 to "
              + MAX_TARGET_END
              + " characters after "
              + prefix
              + " and has "
              + end.length()
              + ".");
    }
    if (!TARGET_END.matcher(end).matches()) {
      throw notAllowed("Field target may have only A-Z a-z 0-9 . _ - after " + prefix + " itself.");
    }
    if (Topic.named(target).isPresent() || target.equals(config.journal())) {
      throw notAllowed("Field target names a topic that Parley writes itself: choose another.");
    }
    return target;
  }

  private static ProblemException notAllowed(String detail) {
    return new ProblemException(Problem.of(422, "target_not_allowed", detail));
  }
}
