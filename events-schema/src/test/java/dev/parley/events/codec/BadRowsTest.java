package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.BadRow;
import dev.parley.events.codec.Decoded.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BadRowsTest {
  private static final Instant NOW = Instant.parse("2025-06-15T15:06:40.123Z");
  private static final String ROOM_KEY = "123456781234567812345678:Room123";
  private static final Refused REFUSED =
      new Refused(Refused.Code.NOT_JSON, "the value is not JSON at byte 9");

  @Test
  void itSaysWhereTheRecordCameFromAndWhy() {
    // Given
    Headers headers = new RecordHeaders();
    headers.add("ce_type", utf8("dev.parley.room.user-joined.v1"));
    headers.add("ce_type", new byte[] {(byte) 0xFF});
    headers.add("empty", null);

    // When
    BadRow row = BadRows.ofRecord(record(ROOM_KEY, headers, utf8("{\"appId\":")), REFUSED, NOW);

    // Then
    assertThat(row.appId()).isEqualTo("123456781234567812345678");
    assertThat(row.roomId()).isEqualTo("Room123");
    assertThat(row.eventTimeMillis()).isEqualTo(1_750_000_000_000L);
    assertThat(row.source()).isEqualTo(BadRow.Source.TOPIC);
    assertThat(row.code()).isEqualTo("not_json");
    assertThat(row.reason()).isEqualTo("the value is not JSON at byte 9");
    assertThat(row.raw().toArray()).isEqualTo(utf8("{\"appId\":"));
    assertThat(row.truncated()).isFalse();
    assertThat(row.origin())
        .containsEntry("topic", "rtc.room.events")
        .containsEntry("partition", "7")
        .containsEntry("offset", "4711")
        .containsEntry("timestamp", "1750000000000")
        .containsEntry("key", ROOM_KEY)
        .containsEntry("header.00.ce_type", "dev.parley.room.user-joined.v1")
        .containsEntry("header.01.ce_type", "base64:/w==")
        .containsEntry("header.02.empty", "null")
        .hasSize(8);
  }

  @Test
  void theDeadLettersOwnHeadersSayItToo() {
    // Given
    BadRow row = BadRows.ofRecord(record(ROOM_KEY, new RecordHeaders(), utf8("{")), REFUSED, NOW);
    Headers headers = new RecordHeaders();

    // When
    EventCodec.encode(new Envelope<>("id-1", "/parley/test", NOW, null, row), headers);

    // Then
    assertThat(text(headers, "ce_type")).isEqualTo("dev.parley.bad-row.kept.v1");
    assertThat(text(headers, "ce_reasoncode")).isEqualTo("not_json");
    assertThat(text(headers, "ce_origintopic")).isEqualTo("rtc.room.events");
    assertThat(text(headers, "ce_originpartition")).isEqualTo("7");
    assertThat(text(headers, "ce_originoffset")).isEqualTo("4711");
    assertThat(text(headers, "ce_subject")).isEqualTo("Room123");
  }

  @Test
  void theSameRecordHasTheSameIdAndAnotherHasAnother() {
    // Given
    ConsumerRecord<String, byte[]> record = record(ROOM_KEY, new RecordHeaders(), utf8("{"));
    ConsumerRecord<String, byte[]> next =
        new ConsumerRecord<>("rtc.room.events", 7, 4712, ROOM_KEY, utf8("{"));

    // When / Then
    assertThat(BadRows.idOf(record)).isEqualTo(BadRows.idOf(record));
    assertThat(BadRows.idOf(record)).isNotEqualTo(BadRows.idOf(next));
  }

  @Test
  void aKeyThatBreaksTheRulesOfIdsDoesNotBecomeARoom() {
    // When
    BadRow row =
        BadRows.ofRecord(
            record("123456781234567812345678:no such room", new RecordHeaders(), utf8("{")),
            REFUSED,
            NOW);

    // Then
    assertThat(row.appId()).isNull();
    assertThat(row.roomId()).isNull();
    assertThat(row.origin()).containsEntry("key", "123456781234567812345678:no such room");
  }

  @Test
  void aLargeValueIsCutAndCannotBeDrivenAgain() {
    // Given
    byte[] value = new byte[BadRow.MAX_RAW_BYTES + 1];

    // When
    BadRow row = BadRows.ofRecord(record(ROOM_KEY, new RecordHeaders(), value), REFUSED, NOW);

    // Then
    assertThat(row.raw().length()).isEqualTo(65_536);
    assertThat(row.truncated()).isTrue();
    assertThat(BadRows.replay(row)).isEmpty();
  }

  @Test
  void tooManyHeadersAreCutSaidAndCannotBeDrivenAgain() {
    // Given
    Headers headers = new RecordHeaders();
    for (int i = 0; i < 65; i++) {
      headers.add("h" + i, utf8("x"));
    }

    // When
    BadRow row = BadRows.ofRecord(record(ROOM_KEY, headers, utf8("{")), REFUSED, NOW);

    // Then
    assertThat(row.origin())
        .containsEntry("incomplete", "headers from the 65. on were left out")
        .doesNotContainValue("h64");
    assertThat(BadRows.replay(row)).isEmpty();
  }

  @Test
  void theLargestDeadLetterFitsItsTopic() {
    // Given: every byte needs six characters of JSON
    Headers headers = new RecordHeaders();
    headers.add("h", new byte[BadRows.MAX_ORIGIN_BYTES - 100]);
    BadRow row =
        BadRows.ofRecord(record(ROOM_KEY, headers, new byte[BadRow.MAX_RAW_BYTES]), REFUSED, NOW);

    // When
    byte[] value =
        EventCodec.encode(
            new Envelope<>("id-1", "/parley/test", NOW, null, row), new RecordHeaders());

    // Then
    assertThat(value.length).isLessThan(262_144);
  }

  @Property(tries = 300)
  void whatIsDrivenAgainIsTheRecordAsItWas(
      @ForAll byte @Size(max = 100) [] key,
      @ForAll byte @Size(max = 300) [] value,
      @ForAll("headers") List<Header> headers) {
    // Given
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "rtc.room.events",
            7,
            4711,
            1_750_000_000_000L,
            TimestampType.CREATE_TIME,
            key.length,
            value.length,
            key,
            value,
            new RecordHeaders(headers),
            Optional.empty());
    BadRow row = BadRows.ofRecord(record, REFUSED, NOW);
    Headers written = new RecordHeaders();
    byte[] bytes =
        EventCodec.encode(new Envelope<>("id-1", "/parley/test", NOW, null, row), written);
    BadRow read = (BadRow) ((Decoded.Event) EventCodec.decode(written, bytes)).envelope().data();

    // When
    ProducerRecord<byte @Nullable [], byte[]> again = BadRows.replay(read).orElseThrow();

    // Then
    assertThat(again.topic()).isEqualTo("rtc.room.events");
    assertThat(again.key()).isEqualTo(key);
    assertThat(again.value()).isEqualTo(value);
    assertThat(Arrays.asList(again.headers().toArray())).isEqualTo(headers);
  }

  @Provide
  Arbitrary<List<Header>> headers() {
    return Arbitraries.strings()
        .alpha()
        .withChars("._-")
        .ofMinLength(1)
        .ofMaxLength(10)
        .flatMap(
            name ->
                Arbitraries.bytes()
                    .array(byte[].class)
                    .ofMaxSize(30)
                    .injectNull(0.1)
                    .map(value -> (Header) new RecordHeader(name, value)))
        .list()
        .ofMaxSize(12);
  }

  private static ConsumerRecord<String, byte[]> record(String key, Headers headers, byte[] value) {
    return new ConsumerRecord<>(
        "rtc.room.events",
        7,
        4711,
        1_750_000_000_000L,
        TimestampType.CREATE_TIME,
        key.length(),
        value.length,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
