package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.Topic;
import dev.parley.events.Transcript;
import dev.parley.events.codec.Decoded.Refused;
import dev.parley.events.codec.Decoded.Refused.Code;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EventCodecTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("Room123");
  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final Envelope<RoomEvent> JOINED =
      new Envelope<>(
          "id-1",
          "/parley/room-gateway",
          Instant.parse("2025-06-15T15:06:41.001Z"),
          TRACEPARENT,
          new UserJoined(APP, ROOM, 1_750_000_000_123L, Evidence.CLOUD, new UserId("alice")));

  @Test
  void anIndependentReaderSeesTheSameCloudEvent() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(JOINED, headers);

    // When
    CloudEvent event;
    try (CloudEventDeserializer theirs = new CloudEventDeserializer()) {
      event = theirs.deserialize("rtc.room.events", headers, value);
    }

    // Then
    assertThat(event.getSpecVersion().toString()).isEqualTo("1.0");
    assertThat(event.getId()).isEqualTo("id-1");
    assertThat(event.getSource()).isEqualTo(URI.create("/parley/room-gateway"));
    assertThat(event.getType()).isEqualTo("dev.parley.room.user-joined.v1");
    assertThat(event.getSubject()).isEqualTo("Room123");
    assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("2025-06-15T15:06:40.123Z"));
    assertThat(event.getDataContentType()).isEqualTo("application/json");
    assertThat(event.getExtension("partitionkey")).isEqualTo("123456781234567812345678:Room123");
    assertThat(event.getExtension("ingestedat")).isEqualTo("2025-06-15T15:06:41.001Z");
    assertThat(event.getExtension("traceparent")).isEqualTo(TRACEPARENT);
    assertThat(
            new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"appId\":\"123456781234567812345678\",\"roomId\":\"Room123\","
                + "\"eventTimeMillis\":1750000000123,\"evidence\":\"CLOUD\",\"userId\":\"alice\"}");
  }

  @Test
  void readsBackWhatItWrote() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(JOINED, headers);

    // When
    Decoded decoded = EventCodec.decode(headers, value);

    // Then
    assertThat(decoded).isEqualTo(new Decoded.Event(JOINED));
  }

  @Test
  void twoRecordsOfOneRoomNameItWithOneObject() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(JOINED, headers);

    // When
    Decoded.Event first = (Decoded.Event) EventCodec.decode(headers, value);
    Decoded.Event second = (Decoded.Event) EventCodec.decode(headers, value);

    // Then
    UserJoined one = (UserJoined) first.envelope().data();
    UserJoined other = (UserJoined) second.envelope().data();
    assertThat(other.appId()).isSameAs(one.appId());
    assertThat(other.roomId()).isSameAs(one.roomId());
    assertThat(other.userId()).isSameAs(one.userId());
  }

  @Test
  void recordGoesToTheTopicOfItsTypeUnderTheKeyOfItsRoom() {
    // When
    ProducerRecord<String, Envelope<?>> record = EventCodec.toRecord(JOINED);

    // Then
    assertThat(record.topic()).isEqualTo("rtc.room.events");
    assertThat(record.key()).isEqualTo("123456781234567812345678:Room123");
  }

  @Test
  void anOlderReaderSurvivesFieldsItDoesNotKnow() {
    // When
    Decoded decoded =
        decodeJoined(
            "{\"appId\":\"123456781234567812345678\",\"roomId\":\"Room123\",\"mood\":{\"a\":[1]},"
                + "\"eventTimeMillis\":1750000000123,\"evidence\":\"CLOUD\",\"userId\":\"alice\"}");

    // Then
    assertThat(decoded).isEqualTo(new Decoded.Event(JOINED));
  }

  @Test
  void anOlderReaderSurvivesTypesItDoesNotKnow() {
    // Given
    Headers headers = headersOfJoined();
    headers.remove("ce_type").add("ce_type", utf8("dev.parley.room.user-waved.v1"));

    // When
    Decoded decoded = EventCodec.decode(headers, utf8("{}"));

    // Then
    assertThat(decoded).isEqualTo(new Decoded.UnknownType("dev.parley.room.user-waved.v1"));
  }

  @Test
  void aMissingFieldIsNamed() {
    assertThat(
            decodeJoined(
                "{\"appId\":\"123456781234567812345678\",\"roomId\":\"Room123\","
                    + "\"eventTimeMillis\":1750000000123,\"evidence\":\"CLOUD\"}"))
        .isEqualTo(new Refused(Code.DOES_NOT_FIT_TYPE, "field userId is missing"));
  }

  @Test
  void aFieldThatDoesNotFitIsNamedAndNotQuoted() {
    assertThat(
            decodeJoined(
                "{\"appId\":\"123456781234567812345678\",\"roomId\":\"no such room!\","
                    + "\"eventTimeMillis\":1750000000123,\"evidence\":\"CLOUD\",\"userId\":\"a\"}"))
        .isEqualTo(
            new Refused(Code.DOES_NOT_FIT_TYPE, "the value does not fit the type at roomId"));
  }

  @Test
  void aMissingHeaderIsNamed() {
    // Given
    Headers headers = headersOfJoined();
    headers.remove("ce_id");

    // When
    Decoded decoded = EventCodec.decode(headers, utf8("{}"));

    // Then
    assertThat(decoded).isEqualTo(new Refused(Code.HEADER_MISSING, "header ce_id is missing"));
  }

  @Test
  void textThatIsNotJsonIsRefused() {
    assertThat(decodeJoined("{\"appId\":"))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.NOT_JSON));
  }

  @Test
  void nestingBeyondTheBoundIsRefused() {
    String deep = "[".repeat(Json.MAX_DEPTH + 1) + "]".repeat(Json.MAX_DEPTH + 1);
    assertThat(
            decodeJoined(
                "{\"appId\":\"123456781234567812345678\",\"roomId\":\"Room123\",\"x\":"
                    + deep
                    + "}"))
        .isEqualTo(
            new Refused(
                Code.TOO_LARGE,
                "the value is nested too deeply or has too long or too large a part"));
  }

  @Test
  void aDeletedKeyIsATombstone() {
    assertThat(EventCodec.decode(headersOfJoined(), null)).isEqualTo(new Decoded.Tombstone());
  }

  @Test
  void anEventThatIsTooLargeIsNotWritten() {
    // Given
    String text = "a".repeat(Topic.MAX_RECORD_BYTES);
    Envelope<Transcript> large =
        new Envelope<>(
            "id-2",
            "/parley/room-gateway",
            Instant.EPOCH,
            null,
            new Transcript(
                APP,
                ROOM,
                0,
                new UserId("alice"),
                Transcript.Speaker.USER,
                text,
                null,
                null,
                0,
                true,
                true));

    // When / Then
    assertThatThrownBy(() -> EventCodec.encode(large, new RecordHeaders()))
        .isInstanceOf(EventTooLargeException.class)
        .hasMessageContaining("dev.parley.transcript.utterance-transcribed.v1")
        .hasMessageContaining("at most 262144");
  }

  @Property
  void anyBytesGiveATypedAnswer(@ForAll byte[] value, @ForAll byte[] type, @ForAll byte[] time) {
    // Given
    Headers headers = headersOfJoined();
    headers.remove("ce_ingestedat").add("ce_ingestedat", time);
    Headers wild = new RecordHeaders();
    wild.add("ce_specversion", utf8("1.0")).add("ce_type", type);

    // When
    Decoded inJoined = EventCodec.decode(headers, value);
    Decoded inWild = EventCodec.decode(wild, value);

    // Then
    assertThat(inJoined).isInstanceOf(Refused.class);
    assertThat(inWild).isNotInstanceOf(Decoded.Event.class);
  }

  private static Decoded decodeJoined(String json) {
    return EventCodec.decode(headersOfJoined(), utf8(json));
  }

  private static Headers headersOfJoined() {
    Headers headers = new RecordHeaders();
    EventCodec.encode(JOINED, headers);
    return headers;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aRecordSaysWhatItIsWithoutBeingRead() {
    assertThat(EventCodec.type(typed("dev.parley.room.user-joined.v1")))
        .contains(RoomEvent.UserJoined.class);
    assertThat(EventCodec.type(typed("dev.parley.room.user-waved.v1"))).isEmpty();
    assertThat(EventCodec.type(new RecordHeaders())).isEmpty();
    assertThat(EventCodec.type(new RecordHeaders().add("ce_type", null))).isEmpty();
  }

  private static Headers typed(String type) {
    return new RecordHeaders().add("ce_type", type.getBytes(StandardCharsets.UTF_8));
  }
}
