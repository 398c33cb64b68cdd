package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.AgentCommand.UpdateParameters;
import dev.parley.events.Payload;
import dev.parley.events.RefusedValueException;
import dev.parley.events.TokenEvent.TokenRefused;
import dev.parley.events.codec.Decoded.Refused;
import dev.parley.events.codec.Decoded.Refused.Code;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the topics' page declares is kept on both sides, with a reason. */
class BoundsTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("Room123");
  private static final Refused TOO_LARGE_A_PART =
      new Refused(
          Code.TOO_LARGE, "the value is nested too deeply or has too long or too large a part");
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
        .isEqualTo(TOO_LARGE_A_PART);
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
        .isEqualTo(TOO_LARGE_A_PART);
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
        .isEqualTo(TOO_LARGE_A_PART);
  }

  @Test
  void aNumberThatNoDoubleHoldsIsNeitherWrittenNorReadAndNeverBecomesAText() throws Exception {
    // Given: 1.7976931348623157e308 is the largest double (IEEE 754), and 1e309 is beyond it
    Envelope<Payload> largest = envelope(parameters("[1.7976931348623157e308,-1e-400]"));
    Envelope<Payload> tooLarge = envelope(parameters("[-1e309]"));
    Headers headers = new RecordHeaders();

    // When
    byte[] value = EventCodec.encode(largest, headers);

    // Then
    assertThat(EventCodec.decode(headers, value)).isEqualTo(new Decoded.Event(largest));
    assertThatThrownBy(() -> EventCodec.encode(tooLarge, new RecordHeaders()))
        .isInstanceOf(EventTooLargeException.class)
        .hasMessageEndingWith("a number of more than 100 digits or beyond a double");
    String beyond = new String(value, StandardCharsets.UTF_8).replace("E308", "E309");
    assertThat(beyond).contains("E309");
    assertThat(EventCodec.decode(headers, utf8(beyond))).isEqualTo(TOO_LARGE_A_PART);
    assertThatThrownBy(() -> Json.mapper().readTree("{\"volume\":1e309}"))
        .isInstanceOf(StreamConstraintsException.class)
        .hasMessageStartingWith("has a number that no double holds");
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
  void aValueBeyondTheBoundIsNotRead() {
    // Given: 256 KiB, and one byte more, of which the last are blanks
    Headers headers = new RecordHeaders();
    Envelope<Payload> event = envelope(refused("Room123"));
    byte[] value = EventCodec.encode(event, headers);
    byte[] largest = Arrays.copyOf(value, 262_144);
    Arrays.fill(largest, value.length, largest.length, (byte) ' ');
    byte[] tooLarge = Arrays.copyOf(largest, 262_145);
    tooLarge[262_144] = ' ';

    // When / Then
    assertThat(EventCodec.decode(headers, largest)).isEqualTo(new Decoded.Event(event));
    assertThat(EventCodec.decode(headers, tooLarge))
        .isEqualTo(new Refused(Code.TOO_LARGE, "the value has 262145 bytes, at most 262144"));
  }

  @ParameterizedTest
  @CsvSource({"ce_id, id", "ce_source, source", "ce_traceparent, traceparent"})
  void anAttributeHasAtMost256CharactersOnBothSides(String header, String name) {
    // Given: a character of three bytes, of which there may be as many
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(attribute(name, "\u623f".repeat(256)), headers);

    // When / Then
    assertThat(EventCodec.decode(headers, value))
        .isEqualTo(new Decoded.Event(attribute(name, "\u623f".repeat(256))));
    for (String wrong : List.of("", "x".repeat(257))) {
      assertThatThrownBy(() -> attribute(name, wrong))
          .isInstanceOf(RefusedValueException.class)
          .hasMessage(name + " must have 1 to 256 characters");
      headers.remove(header).add(header, utf8(wrong));
      assertThat(EventCodec.decode(headers, value))
          .isInstanceOfSatisfying(
              Refused.class,
              refused ->
                  assertThat(refused.reason())
                      .isIn(
                          name + " must have 1 to 256 characters",
                          "header " + header + " is missing"));
    }
    headers.remove(header).add(header, new byte[1025]);
    assertThat(EventCodec.decode(headers, value))
        .isEqualTo(new Refused(Code.HEADER_MALFORMED, "header " + header + " is too long"));
  }

  private static Envelope<Payload> attribute(String name, String text) {
    return new Envelope<>(
        name.equals("id") ? text : "id-1",
        name.equals("source") ? text : "/parley/test",
        Instant.EPOCH,
        name.equals("traceparent") ? text : null,
        refused("Room123"));
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
                APP, "r", 253_402_300_800_000L, "1", "alice", null, "code", "Reason.", null));
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
    return new TokenRefused(APP, roomId, 1, "1", "alice", null, "code", "Reason.", null);
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
