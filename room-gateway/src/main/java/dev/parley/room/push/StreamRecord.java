package dev.parley.room.push;

import dev.parley.events.Payload;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.Json;
import io.micrometer.core.instrument.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One record of a topic that rooms are streamed from, shared by everybody who listens. It is read
 * and written as JSON when the first one asks for it.
 */
public final class StreamRecord {
  /**
   * What is sent.
   *
   * @param type CloudEvents type
   * @param json the event as a timeline shows it, on one line
   */
  public record Event(String type, String json) {}

  private static final Logger LOG = Logger.getLogger(StreamRecord.class);
  private static final int OVERHEAD_BYTES = 512;

  private final String room;
  private final int topic;
  private final long offset;
  private final long timestamp;
  private final Headers headers;
  private final byte @Nullable [] value;
  private @Nullable Event event;
  private boolean read;

  /**
   * A record as Kafka has it.
   *
   * @param room its key, {@code appId:roomId}
   * @param topic place of the topic among those that rooms are streamed from
   */
  public StreamRecord(
      String room,
      int topic,
      long offset,
      long timestamp,
      Headers headers,
      byte @Nullable [] value) {
    this.room = room;
    this.topic = topic;
    this.offset = offset;
    this.timestamp = timestamp;
    this.headers = headers;
    this.value = value;
  }

  /**
   * One order of what Kafka gives topic after topic: about by time, and each topic in its own.
   * Within a topic times go back, since a fact has the time of its cause and topics have several
   * writers; a record counts there as being as late as those before it.
   *
   * @param found each topic's records in the order of their offsets
   */
  public static List<StreamRecord> inOrder(List<StreamRecord> found) {
    record Placed(long time, StreamRecord record) {}
    Map<Integer, Long> newest = new HashMap<>();
    return found.stream()
        .map(record -> new Placed(newest.merge(record.topic, record.timestamp, Math::max), record))
        .sorted(Comparator.comparingLong(Placed::time))
        .map(Placed::record)
        .toList();
  }

  String room() {
    return room;
  }

  int topic() {
    return topic;
  }

  long offset() {
    return offset;
  }

  /** About how much memory it takes. */
  int bytes() {
    return OVERHEAD_BYTES + 3 * (value == null ? 0 : value.length);
  }

  /** What to send; empty when it is no event that this version knows. */
  public synchronized Optional<Event> event() {
    if (!read) {
      event = read();
      read = true;
    }
    return Optional.ofNullable(event);
  }

  private @Nullable Event read() {
    return switch (EventCodec.decode(headers, value)) {
      case Decoded.Event decoded -> event(decoded.envelope());
      case Decoded.UnknownType unknown -> passedOver("unknown type " + unknown.type());
      case Decoded.Refused refused -> passedOver(refused.reason());
      case Decoded.Tombstone tombstone -> null;
    };
  }

  private static Event event(Envelope<? extends Payload> envelope) {
    String head =
        Json.mapper()
            .createObjectNode()
            .put("id", envelope.id())
            .put("type", envelope.type().value())
            .put("time", envelope.time().toString())
            .put("ingestedAt", envelope.ingestedAt().toString())
            .toString();
    // Written anew rather than copied: on one line, and as the contract has it.
    String data =
        new String(EventCodec.encode(envelope, new RecordHeaders()), StandardCharsets.UTF_8);
    return new Event(
        envelope.type().value(), head.substring(0, head.length() - 1) + ",\"data\":" + data + "}");
  }

  private @Nullable Event passedOver(String reason) {
    Metrics.counter("parley.records.passed.over", "reader", "stream").increment();
    LOG.warnf("an event is not streamed topic=%d offset=%d: %s", topic, offset, reason);
    return null;
  }
}
