package dev.parley.events.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentCommand.SayText;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.InterruptMode;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observer;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomMessage;
import dev.parley.events.Transcript;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class MaskingTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("Room123");
  private static final UserId ALICE = new UserId("alice");
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHER_KEY =
      "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
  // Computed with Python's hmac and base64.b32hexencode: HMAC-SHA256 over "text", a zero byte and
  // "alice" under KEY; its first 16
  // bytes in the alphabet of RFC 4648 section 7, lower case, unpadded.
  private static final String ALICE_TOKEN = "m-423088g86sspghtaa98m353jv8";
  private static final Masking MASKING = Masking.withKey(KEY);

  private static final UserJoined JOINED =
      new UserJoined(APP, ROOM, 1_750_000_000_123L, Evidence.CLOUD, ALICE);

  @Test
  void aUserIdBecomesTheKeyedHashThatAnotherProgramComputes() {
    // When
    UserJoined masked = (UserJoined) MASKING.masked(envelope(JOINED)).data();

    // Then
    assertThat(masked)
        .isEqualTo(
            new UserJoined(APP, ROOM, 1_750_000_000_123L, Evidence.CLOUD, new UserId(ALICE_TOKEN)));
  }

  @Test
  void joinsStillWorkAcrossTypesAndFields() {
    // Given
    Transcript said =
        new Transcript(
            APP, ROOM, 1, ALICE, Transcript.Speaker.USER, "Hello", "en", 3L, 9, true, true);
    SayText asked =
        new SayText(
            APP,
            ROOM,
            1,
            new TaskId("t-1"),
            new CommandId("c-1"),
            "alice",
            2,
            "Hello",
            InterruptMode.HIGH);

    // When
    UserJoined joined = (UserJoined) MASKING.masked(envelope(JOINED)).data();
    Transcript maskedSaid = (Transcript) MASKING.masked(envelope(said)).data();
    SayText maskedAsked = (SayText) MASKING.masked(envelope(asked)).data();

    // Then
    assertThat(maskedSaid.speakerUserId()).isEqualTo(joined.userId());
    assertThat(maskedAsked.requestedBy()).isEqualTo(joined.userId().value());
    assertThat(maskedAsked.text()).isEqualTo(maskedSaid.text()).isNotEqualTo("Hello");
    assertThat(maskedSaid.roomId()).isEqualTo(joined.roomId()).isEqualTo(ROOM);
  }

  @Test
  void anotherUserOrAnotherKeyGivesAnotherToken() {
    // Given
    UserJoined bob = new UserJoined(APP, ROOM, 1, Evidence.CLOUD, new UserId("bob"));

    // When
    UserId maskedBob = ((UserJoined) MASKING.masked(envelope(bob)).data()).userId();
    UserId otherKey =
        ((UserJoined) Masking.withKey(OTHER_KEY).masked(envelope(JOINED)).data()).userId();

    // Then
    assertThat(maskedBob.value()).isNotEqualTo(ALICE_TOKEN);
    assertThat(otherKey.value()).isNotEqualTo(ALICE_TOKEN);
  }

  @Test
  void aPlainHashWouldNotFindTheUser() throws Exception {
    // Given
    byte[] plain =
        MessageDigest.getInstance("SHA-256").digest("alice".getBytes(StandardCharsets.UTF_8));

    // When
    String written = write(MASKING.masked(envelope(JOINED)));

    // Then
    assertThat(written)
        .doesNotContain("alice")
        .doesNotContain(HexFormat.of().formatHex(plain))
        .doesNotContain(Base64.getEncoder().encodeToString(plain).substring(0, 20));
  }

  @Test
  void theEventsIdIsMaskedTooAndStaysStable() {
    // When
    String once = MASKING.masked(envelope(JOINED)).id();
    String again = MASKING.masked(envelope(JOINED)).id();

    // Then
    assertThat(once).isEqualTo(again).startsWith("m-").isNotEqualTo("id-1");
  }

  @Test
  void jsonBytesAndMapsKeepNothing() throws Exception {
    // Given
    JsonNode arguments =
        Json.mapper().readTree("[{\"userInfo\":{\"userId\":\"alice\",\"age\":41}}]");
    Observer observer = new Observer(ALICE, new ClientId("web-1"), 1, 2);
    RoomMessage message =
        new RoomMessage(
            APP,
            ROOM,
            1,
            ALICE,
            null,
            "subv",
            Bytes.of("alice says hello".getBytes(StandardCharsets.UTF_8)),
            Json.mapper().readTree("{\"alice\":41}"));
    BadRow row =
        new BadRow(
            null,
            null,
            1,
            BadRow.Source.WEBHOOK,
            "signature_mismatch",
            "The signature does not fit.",
            Bytes.of("alice".getBytes(StandardCharsets.UTF_8)),
            false,
            Map.of("x-alice", "alice"));

    // When
    String sdk =
        write(
            MASKING.masked(
                envelope(new SdkEventReported(APP, ROOM, 1, observer, "onUserJoined", arguments))));
    Envelope<Payload> maskedMessage = MASKING.masked(envelope(message));
    String bad = write(MASKING.masked(envelope(row)));

    // Then
    assertThat(sdk).doesNotContain("alice").doesNotContain("41}").contains("\"onUserJoined\"");
    assertThat(write(maskedMessage)).doesNotContain("alice").contains("\"subv\"");
    assertThat(((RoomMessage) maskedMessage.data()).frame().length()).isEqualTo(32);
    assertThat(bad)
        .doesNotContain("alice")
        .doesNotContain(Bytes.of("alice".getBytes(StandardCharsets.UTF_8)).toBase64())
        .contains("signature_mismatch");
  }

  @Test
  void theSameObjectInAnotherOrderGivesTheSameToken() throws Exception {
    // Given
    JsonNode one = Json.mapper().readTree("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}");
    JsonNode other = Json.mapper().readTree("{\"b\":{\"d\":3,\"c\":2},\"a\":1}");

    // When / Then
    assertThat(bodyOf(one)).isEqualTo(bodyOf(other));
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatThrownBy(() -> Masking.withKey(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a masking key must have 32 bytes or more, has 31");
  }

  @Test
  void theKeyIsNotPrinted() {
    assertThat(MASKING).hasToString("Masking[key=****]");
  }

  @Test
  void theSerializerMasksNothingUnlessConfigured() {
    try (MaskingSerializer serializer = serializer(Map.of())) {
      assertThat(decoded(serializer, "rtc.room.events")).isEqualTo(JOINED);
    }
  }

  @Test
  void theSerializerMasksTheConfiguredTopicAndNoOther() {
    // Given
    try (MaskingSerializer serializer = serializer(config("rtc.room.events, rtc.rooms"));
        MaskingSerializer other = serializer(config("rtc.room.transcripts"))) {

      // When / Then
      assertThat(decoded(serializer, "rtc.room.events.masked"))
          .isEqualTo(MASKING.masked(envelope(JOINED)).data());
      assertThat(decoded(other, "rtc.room.events")).isEqualTo(JOINED);
    }
  }

  @Test
  void whatIsNamedMaskedIsNeverWrittenInTheOpen() {
    try (MaskingSerializer serializer = serializer(config("rtc.room.transcripts"))) {
      assertThatThrownBy(
              () ->
                  serializer.serialize(
                      "rtc.room.events.masked", new RecordHeaders(), envelope(JOINED)))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("parley.masking.topics does not name rtc.room.events");
    }
  }

  @Test
  void aTopicThatIsNoneOrAKeyThatIsNoneIsRefusedAndTheKeyNotQuoted() {
    assertThatThrownBy(() -> serializer(config("rtc.room.event")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no such topic");
    assertThatThrownBy(
            () ->
                serializer(
                    Map.of(
                        MaskingSerializer.TOPICS, "rtc.rooms", MaskingSerializer.KEY, "c2hvcnQ=")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Base64 of 32 bytes or more")
        .hasMessageNotContaining("c2hvcnQ=");
    assertThatThrownBy(() -> serializer(Map.of(MaskingSerializer.TOPICS, "rtc.rooms")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a key is needed");
  }

  private static String bodyOf(JsonNode body) {
    RoomMessage message =
        new RoomMessage(APP, ROOM, 1, ALICE, null, "ctrl", Bytes.of(new byte[8]), body);
    return String.valueOf(((RoomMessage) MASKING.masked(envelope(message)).data()).body());
  }

  private static MaskingSerializer serializer(Map<String, String> config) {
    MaskingSerializer serializer = new MaskingSerializer();
    serializer.configure(config, false);
    return serializer;
  }

  private static Map<String, String> config(String topics) {
    Map<String, String> config = new HashMap<>();
    config.put(MaskingSerializer.TOPICS, topics);
    config.put(MaskingSerializer.KEY, Base64.getEncoder().encodeToString(KEY));
    return config;
  }

  private static Payload decoded(MaskingSerializer serializer, String topic) {
    Headers headers = new RecordHeaders();
    byte[] value = serializer.serialize(topic, headers, envelope(JOINED));
    return ((Decoded.Event) EventCodec.decode(headers, value)).envelope().data();
  }

  private static <P extends Payload> Envelope<P> envelope(P data) {
    return new Envelope<>("id-1", "/parley/test", Instant.EPOCH, null, data);
  }

  private static String write(Envelope<?> envelope) {
    Headers headers = new RecordHeaders();
    StringBuilder text =
        new StringBuilder(new String(EventCodec.encode(envelope, headers), StandardCharsets.UTF_8));
    headers.forEach(
        header -> text.append(new String(header.value(), StandardCharsets.UTF_8)).append('\n'));
    return text.toString();
  }
}
