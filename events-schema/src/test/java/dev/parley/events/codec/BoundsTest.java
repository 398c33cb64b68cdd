package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.AgentCommand.UpdateParameters;
import dev.parley.events.Payload;
import dev.parley.events.TokenEvent.TokenRefused;
import dev.parley.events.codec.Decoded.Refused;
import dev.parley.events.codec.Decoded.Refused.Code;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What the topics' page declares is kept on both sides, with a reason. */
class BoundsTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("Room123");
  // A reader without bounds, for building what is beyond them.
  private static final ObjectMapper BOUNDLESS = new ObjectMapper();

  @Test
  void theDeepestJsonIsWrittenAndReadAndOneLevelMoreIsNeither() throws Exception {
    // Given: the payload is one level, its parameters are the other 63
    Envelope<Payload> deepest = envelope(parameters("[".repeat(63) + "]".repeat(63)));
    Envelope<Payload> tooDeep = envelope(parameters("[".repeat(64) + "]".repeat(64)));
    Headers headers = new RecordHeaders();

    // When
    byte[] value = EventCodec.encode(deepest, headers);

    // Then
    assertThat(EventCodec.decode(headers, value)).isEqualTo(new Decoded.Event(deepest));
    assertThatThrownBy(() -> EventCodec.encode(tooDeep, new RecordHeaders()))
        .isInstanceOf(EventTooLargeException.class)
        .hasMessageStartingWith("dev.parley.agent.update-parameters.v1 is nested deeper than 64");
    assertThat(EventCodec.decode(headers, utf8(BOUNDLESS.writeValueAsString(tooDeep.data()))))
        .isEqualTo(
            new Refused(Code.TOO_LARGE, "the value is nested too deeply or has too long a part"));
  }

  @Test
  void aFieldNameBeyondTheBoundIsNeitherWrittenNorRead() throws Exception {
    // Given
    Envelope<Payload> longest = envelope(parameters("{\"" + "n".repeat(1024) + "\":1}"));
    Envelope<Payload> tooLong = envelope(parameters("{\"" + "n".repeat(1025) + "\":1}"));
    Headers headers = new RecordHeaders();

    // When
    byte[] value = EventCodec.encode(longest, headers);

    // Then
    assertThat(EventCodec.decode(headers, value)).isEqualTo(new Decoded.Event(longest));
    assertThatThrownBy(() -> EventCodec.encode(tooLong, new RecordHeaders()))
        .isInstanceOf(EventTooLargeException.class)
        .hasMessageContaining("a field name of more than 1024 characters");
    assertThat(EventCodec.decode(headers, utf8(BOUNDLESS.writeValueAsString(tooLong.data()))))
        .isEqualTo(
            new Refused(Code.TOO_LARGE, "the value is nested too deeply or has too long a part"));
  }

  @Test
  void aNumberBeyondTheBoundIsNeitherWrittenNorRead() throws Exception {
    // Given
    Envelope<Payload> longest = envelope(parameters("[" + "9".repeat(100) + "]"));
    Envelope<Payload> tooLong = envelope(parameters("[" + "9".repeat(101) + "]"));
    Headers headers = new RecordHeaders();

    // When
    byte[] value = EventCodec.encode(longest, headers);

    // Then
    assertThat(EventCodec.decode(headers, value)).isEqualTo(new Decoded.Event(longest));
    assertThatThrownBy(() -> EventCodec.encode(tooLong, new RecordHeaders()))
        .isInstanceOf(EventTooLargeException.class)
        .hasMessageContaining("a number of more than 100 digits");
    assertThat(EventCodec.decode(headers, utf8(BOUNDLESS.writeValueAsString(tooLong.data()))))
        .isEqualTo(
            new Refused(Code.TOO_LARGE, "the value is nested too deeply or has too long a part"));
  }

  @Test
  void aKeyBeyondTheBoundIsNeitherWrittenNorRead() {
    // Given
    Envelope<Payload> large = envelope(refused("r".repeat(500)));

    // When / Then
    assertThatThrownBy(() -> EventCodec.encode(large, new RecordHeaders()))
        .isInstanceOf(EventTooLargeException.class)
        .hasMessage(
            "dev.parley.token.refused.v1 has a key of more than 512 bytes, which no topic takes");
    assertThat(EventCodec.decode(new byte[513], new RecordHeaders(), utf8("{}")))
        .isEqualTo(new Refused(Code.TOO_LARGE, "the key has 513 bytes, at most 512"));
  }

  @Test
  void aKeyThatIsNotTheDatasOwnIsRefusedByReadersWhoShowIt() {
    // Given
    Envelope<Payload> event = envelope(refused("Room123"));
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(event, headers);

    // When / Then
    assertThat(EventCodec.decode(utf8("123456781234567812345678:Room123"), headers, value))
        .isEqualTo(new Decoded.Event(event));
    assertThat(EventCodec.decode(utf8("123456781234567812345678:Room124"), headers, value))
        .isEqualTo(
            new Refused(Code.DOES_NOT_FIT_TYPE, "the key is not the one that the data says"));
  }

  @Test
  void aTimeWithoutAWrittenFormIsNeitherWrittenNorRead() {
    // Given
    Envelope<Payload> late =
        envelope(
            new TokenRefused(
                APP, "r", 253_402_300_800_000L, "1", "alice", null, "code", "Reason."));
    Headers headers = new RecordHeaders();
    EventCodec.encode(envelope(refused("Room123")), headers);

    // When / Then
    assertThatThrownBy(() -> EventCodec.encode(late, new RecordHeaders()))
        .isInstanceOf(EventRefusedException.class)
        .hasMessage(
            "dev.parley.token.refused.v1 has a time that is not between the years 1970 and 9999");
    assertThat(
            EventCodec.decode(
                headers,
                utf8(
                    "{\"roomId\":\"r\",\"eventTimeMillis\":-1,\"requestId\":\"1\","
                        + "\"caller\":\"alice\",\"code\":\"code\",\"reason\":\"Reason.\"}")))
        .isEqualTo(
            new Refused(
                Code.DOES_NOT_FIT_TYPE, "eventTimeMillis is not between the years 1970 and 9999"));
  }

  @Test
  void halfASurrogatePairIsKeptAsItWasReported() {
    // Given
    Envelope<Payload> event = envelope(refused("half \ud83d of a pair"));
    Headers headers = new RecordHeaders();

    // When
    byte[] value = EventCodec.encode(event, headers);

    // Then
    assertThat(new String(value, StandardCharsets.UTF_8)).contains("half \\uD83D of a pair");
    assertThat(EventCodec.decode(headers, value)).isEqualTo(new Decoded.Event(event));
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() {
    // Given
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(envelope(refused("Room123")), headers);
    headers.remove("ce_id").add("ce_id", new byte[] {(byte) 0xC3, 0x28});

    // When / Then
    assertThat(EventCodec.decode(headers, value))
        .isEqualTo(new Refused(Code.HEADER_MALFORMED, "header ce_id is not UTF-8"));
  }

  @Test
  void aTextWhereANumberBelongsIsRefusedAndNamed() {
    // Given
    Headers headers = new RecordHeaders();
    EventCodec.encode(envelope(refused("Room123")), headers);

    // When / Then
    assertThat(
            EventCodec.decode(
                headers,
                utf8(
                    "{\"roomId\":\"r\",\"eventTimeMillis\":\"1\",\"requestId\":\"1\","
                        + "\"caller\":\"alice\",\"code\":\"code\",\"reason\":\"Reason.\"}")))
        .isEqualTo(
            new Refused(
                Code.DOES_NOT_FIT_TYPE, "the value does not fit the type at eventTimeMillis"));
    assertThat(
            EventCodec.decode(
                headers,
                utf8(
                    "{\"roomId\":\"r\",\"eventTimeMillis\":1,\"requestId\":1,"
                        + "\"caller\":\"alice\",\"code\":\"code\",\"reason\":\"Reason.\"}")))
        .isEqualTo(
            new Refused(Code.DOES_NOT_FIT_TYPE, "the value does not fit the type at requestId"));
  }

  @Test
  void aMissingNumberIsNamed() {
    // Given
    Headers headers = new RecordHeaders();
    EventCodec.encode(envelope(refused("Room123")), headers);

    // When / Then
    assertThat(
            EventCodec.decode(
                headers,
                utf8(
                    "{\"roomId\":\"r\",\"requestId\":\"1\",\"caller\":\"alice\","
                        + "\"code\":\"code\",\"reason\":\"Reason.\"}")))
        .isEqualTo(new Refused(Code.DOES_NOT_FIT_TYPE, "field eventTimeMillis is missing"));
  }

  private static Payload refused(String roomId) {
    return new TokenRefused(APP, roomId, 1, "1", "alice", null, "code", "Reason.");
  }

  private static Payload parameters(String json) throws Exception {
    JsonNode parameters = BOUNDLESS.readTree(json);
    return new UpdateParameters(
        APP, ROOM, 1, new TaskId("t-1"), new CommandId("c-1"), "alice", 2, parameters);
  }

  private static Envelope<Payload> envelope(Payload data) {
    return new Envelope<>("id-1", "/parley/test", Instant.EPOCH, null, data);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
