package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Bytes;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.events.codec.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.statistics.Statistics;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Whatever the bytes of a record are, a reader gets one of {@link Decoded}'s cases. */
class FuzzTest {
  private static final List<Records> REAL =
      PayloadTypes.all().stream().map(Records::example).toList();
  private static final List<String> NAMES =
      List.of(
          "content-type",
          "ce_specversion",
          "ce_id",
          "ce_source",
          "ce_type",
          "ce_subject",
          "ce_time",
          "ce_ingestedat",
          "ce_traceparent",
          "other");

  @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
  void anyBytesGetATypedAnswer(
      @ForAll("bytesOrNone") byte @Nullable [] key,
      @ForAll("wildHeaders") List<Header> headers,
      @ForAll("bytesOrNone") byte @Nullable [] value) {
    // When
    Decoded decoded = read(key, new RecordHeaders(headers), value);

    // Then
    switch (decoded) {
      case Decoded.Refused refused -> assertThat(refused.reason()).isNotBlank();
      case Decoded.UnknownType unknown -> assertThat(PayloadTypes.named(unknown.type())).isEmpty();
      case Decoded.Event event -> throw new AssertionError("random bytes are an event");
      case Decoded.Tombstone tombstone -> assertThat(value).isNull();
    }
    if (value == null) {
      assertThat(decoded).isInstanceOfAny(Decoded.Tombstone.class, Decoded.Refused.class);
    }
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void aDamagedRecordIsReadOrRefusedNeverThrown(
      @ForAll("records") Records record,
      @ForAll("damage") Damage key,
      @ForAll("damage") Damage value,
      @ForAll("damage") Damage header,
      @ForAll("names") String damaged) {
    // Given
    Headers headers = record.kafkaHeaders();
    byte[] keyBytes = key.applyTo(record.keyBytes());
    Header old = headers.lastHeader(damaged);
    if (old != null && header.kind() != Kind.NONE) {
      headers.remove(damaged).add(damaged, header.applyTo(old.value()));
    }

    // When
    Decoded decoded = read(keyBytes, headers, value.applyTo(record.valueBytes()));

    // Then
    Statistics.collect(decoded.getClass().getSimpleName());
    switch (decoded) {
      case Decoded.Event event -> {
        assertThat(new String(keyBytes, StandardCharsets.UTF_8))
            .isEqualTo(event.envelope().data().recordKey());
        assertThat(writtenAndReadAgain(event).envelope().data()).isEqualTo(event.envelope().data());
      }
      case Decoded.UnknownType unknown -> assertThat(unknown.type()).isNotEmpty();
      case Decoded.Refused refused -> assertThat(refused.reason()).isNotBlank();
      case Decoded.Tombstone tombstone -> throw new AssertionError("there was a value");
    }
  }

  /** Reads in all ways that there are; they differ only where the key is refused. */
  private static Decoded read(byte @Nullable [] key, Headers headers, byte @Nullable [] value) {
    Decoded decoded = EventCodec.decode(key, headers, value);
    try (EnvelopeDeserializer deserializer = new EnvelopeDeserializer()) {
      Decoded withoutKey = deserializer.deserialize("rtc.room.events", headers, value);
      assertThat(withoutKey).isEqualTo(EventCodec.decode(headers, value));
      if (!withoutKey.equals(decoded)) {
        assertThat(decoded)
            .isInstanceOfSatisfying(
                Decoded.Refused.class, refused -> assertThat(refused.reason()).contains("the key"));
      }
    }
    return decoded;
  }

  // Damage that leaves an event leaves one that can be passed on.
  private static Decoded.Event writtenAndReadAgain(Decoded.Event event) {
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(event.envelope(), headers);
    return (Decoded.Event) EventCodec.decode(headers, value);
  }

  /** One way to damage bytes. */
  enum Kind {
    NONE,
    FLIP,
    CUT,
    INSERT,
    REPEAT,
    REPLACE
  }

  record Damage(Kind kind, int at, Bytes fragment) {
    byte[] applyTo(byte[] value) {
      byte[] bytes = fragment.toArray();
      if (value.length == 0) {
        return bytes;
      }
      int place = Math.floorMod(at, value.length);
      return switch (kind) {
        case NONE -> value;
        case FLIP -> {
          byte[] flipped = value.clone();
          flipped[place] = bytes.length == 0 ? 0 : bytes[0];
          yield flipped;
        }
        case CUT -> Arrays.copyOf(value, place);
        case INSERT -> join(Arrays.copyOf(value, place), bytes, tail(value, place));
        case REPEAT -> join(value, tail(value, place), new byte[0]);
        case REPLACE -> bytes;
      };
    }

    private static byte[] tail(byte[] value, int from) {
      return Arrays.copyOfRange(value, from, value.length);
    }

    private static byte[] join(byte[] one, byte[] two, byte[] three) {
      byte[] all = Arrays.copyOf(one, one.length + two.length + three.length);
      System.arraycopy(two, 0, all, one.length, two.length);
      System.arraycopy(three, 0, all, one.length + two.length, three.length);
      return all;
    }
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(600);
  }

  @Provide
  Arbitrary<byte @Nullable []> bytesOrNone() {
    return Arbitraries.oneOf(
            bytes(), Arbitraries.bytes().array(byte[].class).ofMinSize(510).ofMaxSize(520))
        .injectNull(0.05);
  }

  @Provide
  Arbitrary<Records> records() {
    return Arbitraries.of(REAL);
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(NAMES);
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Combinators.combine(
            Arbitraries.of(Kind.values()), Arbitraries.integers(), fragments().map(Bytes::of))
        .as(Damage::new);
  }

  // Bytes that mean something to a parser do more harm than any others.
  private static Arbitrary<byte[]> fragments() {
    return Arbitraries.oneOf(
        Arbitraries.bytes().array(byte[].class).ofMaxSize(20),
        Arbitraries.of(
                "null",
                "[",
                "]",
                "{",
                "}",
                "\"",
                ",",
                ":",
                "0",
                "-1",
                "1e999999999",
                "1.5",
                "\"\\ud800\"",
                "9223372036854775808",
                "true",
                "[[[[",
                "NaN",
                "\u0000")
            .map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  @Provide
  Arbitrary<List<Header>> wildHeaders() {
    Arbitrary<Tuple2<String, byte[]>> wild =
        Combinators.combine(
                names(), Arbitraries.bytes().array(byte[].class).ofMaxSize(40).injectNull(0.1))
            .as(Tuple::of);
    Arbitrary<Tuple2<String, byte[]>> tame =
        Arbitraries.of(REAL)
            .flatMap(
                record ->
                    Arbitraries.of(List.of(record.kafkaHeaders().toArray()))
                        .map(header -> Tuple.of(header.key(), header.value())));
    return Arbitraries.oneOf(wild, tame)
        .map(header -> (Header) new RecordHeader(header.get1(), header.get2()))
        .list()
        .ofMaxSize(12);
  }
}
