package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.Direction;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observer;
import dev.parley.events.Payload;
import dev.parley.events.Telemetry;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.room.SdkEvents;
import dev.parley.room.Spans;
import dev.parley.room.frame.FrameCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the reports of one client into records. Keeps the client's clock, so it is not for use by
 * several threads at a time.
 */
public final class ReportTaker {
  /**
   * What is accepted of a client.
   *
   * @param maxEventBytes largest arguments as JSON
   * @param maxAge what happened longer ago is not reduced any more
   * @param telemetryInterval of each telemetry event about each user and stream, one per this time
   *     is kept
   */
  public record Limits(int maxEventBytes, Duration maxAge, Duration telemetryInterval) {}

  /** Of a bad row's origin: how many milliseconds the client's clock was behind. */
  public static final String CLOCK_OFFSET = "clockOffsetMillis";

  // Of a connection: names of telemetry times users and streams, in a room that is full.
  private static final int SUBJECTS_OF_ONE = 256;

  private final RoomKey room;
  private final UserId userId;
  private final ClientId clientId;
  private final ClientClock clock;
  private final Limits limits;
  private final EventIds.Prefix ids;
  private final TelemetrySampling sampling;
  private final String client;

  /** A taker of reports that come on one connection. */
  public ReportTaker(
      RoomKey room, UserId userId, ClientId clientId, ClientClock clock, Limits limits) {
    this(
        room,
        userId,
        clientId,
        clock,
        limits,
        new TelemetrySampling(limits.telemetryInterval(), SUBJECTS_OF_ONE));
  }

  /** A taker that shares the sampling of telemetry with others. */
  public ReportTaker(
      RoomKey room,
      UserId userId,
      ClientId clientId,
      ClientClock clock,
      Limits limits,
      TelemetrySampling sampling) {
    this.sampling = sampling;
    this.room = room;
    this.userId = userId;
    this.clientId = clientId;
    this.clock = clock;
    this.limits = limits;
    this.ids = EventIds.startingWith("report", room.toString(), userId.value(), clientId.value());
    this.client = room + "\n" + userId + "\n" + clientId;
  }

  /**
   * The record of a report; empty when it is telemetry that sampling leaves out.
   *
   * @throws RefusedReportException when the report cannot be taken in
   */
  public Optional<Draft> take(ClientReport report, long arrivedMillis)
      throws RefusedReportException {
    long at = clock.eventMillis(report.clientTimeMillis(), arrivedMillis);
    if (at < arrivedMillis - limits.maxAge().toMillis()) {
      throw new RefusedReportException(
          "too_old",
          "What happened longer ago than "
              + Spans.words(limits.maxAge())
              + " is kept but not counted.");
    }
    Observer observer =
        new Observer(userId, clientId, report.sequence(), report.clientTimeMillis());
    return switch (report) {
      case ClientReport.SdkEvent event -> sdkEvent(event, observer, at);
      case ClientReport.BinaryMessage message -> Optional.of(binary(message, observer, at));
    };
  }

  private Optional<Draft> sdkEvent(ClientReport.SdkEvent event, Observer observer, long at)
      throws RefusedReportException {
    if (!SdkEvents.known(event.name())) {
      throw new RefusedReportException("unknown_event", "The Web SDK has no event of that name.");
    }
    ArrayNode arguments = event.arguments();
    // Writing them down to count costs as much as reading them: most events are small for certain.
    if (event.mostBytes() > limits.maxEventBytes()
        && arguments.toString().getBytes(StandardCharsets.UTF_8).length > limits.maxEventBytes()) {
      throw new RefusedReportException(
          "event_too_large",
          "The arguments of an event have at most " + limits.maxEventBytes() + " bytes.");
    }
    if (SdkEvents.telemetry(event.name())) {
      return sampling.keeps(client, event, at)
          ? Optional.of(
              draft(
                  new Telemetry(room.appId(), room.roomId(), at, observer, event.name(), arguments),
                  observer))
          : Optional.empty();
    }
    if (event.name().equals(SdkEvents.OUTSIDE_BINARY_MESSAGE)) {
      // No message of the room, so it stays an event; but its bytes must be there as well.
      ClientReport.BinaryMessage unused = asBinary(event, Direction.USER_RECEIVED);
    }
    Direction direction =
        switch (event.name()) {
          case SdkEvents.ROOM_BINARY_MESSAGE -> Direction.ROOM_RECEIVED;
          case SdkEvents.USER_BINARY_MESSAGE -> Direction.USER_RECEIVED;
          default -> null;
        };
    return Optional.of(
        direction == null
            ? draft(
                new SdkEventReported(
                    room.appId(), room.roomId(), at, observer, event.name(), arguments),
                observer)
            : binary(asBinary(event, direction), observer, at));
  }

  // JSON has no bytes: a binary message in a text frame comes as Base64.
  private static ClientReport.BinaryMessage asBinary(
      ClientReport.SdkEvent event, Direction direction) throws RefusedReportException {
    JsonNode argument = event.arguments().path(0);
    JsonNode userId = argument.path("userId");
    JsonNode message = argument.path("message");
    // What JSON makes of an ArrayBuffer is an empty object: its bytes are gone.
    if (!userId.isTextual() || !message.isTextual()) {
      throw malformedBinary();
    }
    try {
      return new ClientReport.BinaryMessage(
          event.sequence(),
          event.clientTimeMillis(),
          direction,
          new UserId(userId.textValue()),
          Bytes.ofBase64(message.textValue()));
    } catch (IllegalArgumentException e) {
      throw malformedBinary();
    }
  }

  private static RefusedReportException malformedBinary() {
    return new RefusedReportException(
        "malformed_event", "A binary message has a userId and a message in Base64.");
  }

  private Draft binary(ClientReport.BinaryMessage message, Observer observer, long at)
      throws RefusedReportException {
    if (message.frame().length() > FrameCodec.MAX_FRAME_BYTES) {
      throw new RefusedReportException(
          "event_too_large",
          "A binary message has at most " + FrameCodec.MAX_FRAME_BYTES + " bytes.");
    }
    return draft(
        new BinaryMessageReported(
            room.appId(),
            room.roomId(),
            at,
            observer,
            message.direction(),
            message.peerUserId(),
            message.frame()),
        observer);
  }

  private Draft draft(Payload data, Observer observer) {
    // The same report sent again, to whichever replica, has the same id.
    return new Draft(data, ids.derived(Long.toString(observer.sequence())));
  }

  /** The client's socket was not read for that long. */
  public void unread(long millis) {
    clock.unread(millis);
  }

  /** Keeps what could not be taken in. */
  public Draft badRow(
      String code, String reason, byte[] raw, @Nullable Long sequence, long arrivedMillis) {
    boolean truncated = raw.length > BadRow.MAX_RAW_BYTES;
    Bytes kept = Bytes.of(truncated ? Arrays.copyOf(raw, BadRow.MAX_RAW_BYTES) : raw);
    Map<String, String> origin = new HashMap<>();
    origin.put("userId", userId.value());
    origin.put("clientId", clientId.value());
    origin.put(CLOCK_OFFSET, Long.toString(clock.offsetMillis()));
    if (sequence != null) {
      origin.put("sequence", sequence.toString());
    }
    return new Draft(
        new BadRow(
            room.appId().value(),
            room.roomId().value(),
            arrivedMillis,
            BadRow.Source.RELAY,
            code,
            reason,
            kept,
            truncated,
            origin),
        EventIds.derived(
            "bad-report",
            room.toString(),
            userId.value(),
            clientId.value(),
            String.valueOf(sequence),
            code,
            // Of a frame that may hold a token nothing is kept that would tell it from others.
            sequence == null && kept.length() == 0
                ? Long.toString(arrivedMillis)
                : kept.toBase64()));
  }
}
