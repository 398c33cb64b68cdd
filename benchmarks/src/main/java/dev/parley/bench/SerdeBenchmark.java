package dev.parley.bench;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.EventType;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One event of every type through the codec, headers and all; beside it, by plain Jackson, an equal
 * record (the payload and the same attributes in one record), and the bare payload without any
 * attributes. The event is the example of its published schema.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SerdeBenchmark {
  private static final ObjectMapper PLAIN = new ObjectMapper();
  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  /**
   * What the codec writes, as one plain record; times as numbers, which is cheaper than as text.
   */
  public record EqualRecord<P>(
      String datacontenttype,
      String specversion,
      String id,
      String source,
      String type,
      String subject,
      long time,
      String partitionkey,
      long ingestedat,
      String traceparent,
      P data) {}

  /** Published name of the type. */
  @Param("dev.parley.room.user-joined.v1")
  public String type = "";

  private Class<? extends Payload> payloadType = Payload.class;

  @SuppressWarnings("NullAway.Init")
  private Envelope<?> envelope;

  private Headers headers = new RecordHeaders();
  private byte[] value = new byte[0];

  @SuppressWarnings("NullAway.Init")
  private EqualRecord<?> equalRecord;

  @SuppressWarnings("NullAway.Init")
  private JavaType equalType;

  private byte[] equalValue = new byte[0];
  private byte[] plainValue = new byte[0];

  /** Reads the example. */
  @Setup
  public void prepare() throws IOException {
    payloadType = PayloadTypes.named(type).orElseThrow();
    EventType published = PayloadTypes.of(payloadType);
    String schema =
        "/schema/" + published.topic().topicName() + "/" + published.value() + ".schema.json";
    try (InputStream in =
        Objects.requireNonNull(Payload.class.getResourceAsStream(schema), schema)) {
      JsonNode example = PLAIN.readTree(in).path("examples").path(0);
      Payload data = PLAIN.treeToValue(example, payloadType);
      envelope =
          new Envelope<>(
              "6f0d4a4e-0c3e-8f6a-9a51-2f6c1b7d8e90",
              "/parley/room-gateway",
              Instant.ofEpochMilli(data.eventTimeMillis() + 37),
              TRACEPARENT,
              data);
    }
    headers = new RecordHeaders();
    value = EventCodec.encode(envelope, headers);
    equalRecord =
        new EqualRecord<>(
            "application/json",
            "1.0",
            envelope.id(),
            envelope.source(),
            type,
            envelope.data().subject(),
            envelope.data().eventTimeMillis(),
            envelope.data().recordKey(),
            envelope.ingestedAt().toEpochMilli(),
            TRACEPARENT,
            envelope.data());
    equalType = PLAIN.getTypeFactory().constructParametricType(EqualRecord.class, payloadType);
    equalValue = PLAIN.writeValueAsBytes(equalRecord);
    plainValue = PLAIN.writeValueAsBytes(envelope.data());
    if (!(EventCodec.decode(headers, value) instanceof Decoded.Event event)
        || !event.envelope().equals(envelope)) {
      throw new IllegalStateException(type + " is not read as it was written");
    }
  }

  /** The record's value and all its headers. */
  @Benchmark
  public Object encode() {
    Headers written = new RecordHeaders();
    byte[] bytes = EventCodec.encode(envelope, written);
    return written.lastHeader("ce_id") == null ? written : bytes;
  }

  /** The envelope from value and headers. */
  @Benchmark
  public Object decode() {
    return EventCodec.decode(headers, value);
  }

  /** The equal record. */
  @Benchmark
  public Object equalEncode() throws IOException {
    return PLAIN.writeValueAsBytes(equalRecord);
  }

  /** The equal record. */
  @Benchmark
  public Object equalDecode() throws IOException {
    return PLAIN.readValue(equalValue, equalType);
  }

  /** The payload alone. */
  @Benchmark
  public Object plainEncode() throws IOException {
    return PLAIN.writeValueAsBytes(envelope.data());
  }

  /** The payload alone. */
  @Benchmark
  public Object plainDecode() throws IOException {
    return PLAIN.readValue(plainValue, payloadType);
  }
}
