package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.room.Rooms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Whatever a client sends: it is told what is wrong, or what it sent is kept. */
class RelayFuzzTest {
  // The codes that docs/relay-protocol.md lists.
  private static final Set<String> CODES =
      Set.of(
          "unknown_event",
          "event_too_large",
          "event_refused",
          "malformed_event",
          "renewal_refused",
          "too_old",
          "malformed_frame",
          "unknown_frame_type",
          "hello_expected",
          "hello_repeated",
          "session_invalid",
          "room_not_allowed",
          "sequence_gap");
  private static final Set<String> GATEWAY_FRAMES =
      Set.of("welcome", "ack", "error", "expiring", "renewed");

  private FakeLink link = new FakeLink();

  @BeforeTry
  void begin() {
    link = new FakeLink();
  }

  // Kafka, which takes everything that the codec can write.
  private CompletionStage<Void> keep(Draft draft) {
    try {
      byte[] value =
          EventCodec.encode(
              new Envelope<>(draft.id(), "/test", Instant.EPOCH, null, draft.data()),
              new RecordHeaders());
      assertThat(value).isNotEmpty();
    } catch (EventRefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Property(tries = 1000)
  void anyTextsAreAnsweredByTheProtocol(@ForAll("texts") List<String> texts) {
    play(connection -> texts.forEach(text -> step(() -> connection.text(text))));
  }

  @Property(tries = 1000)
  void anyBytesAreAnsweredByTheProtocol(@ForAll("binaries") List<byte[]> binaries) {
    play(connection -> binaries.forEach(bytes -> step(() -> connection.binary(bytes))));
  }

  @Property(tries = 1000)
  void anyFirstFrameIsAnsweredByTheProtocol(@ForAll("text") String text) {
    // Given
    RelayConnection connection = TestRelay.connection(link, this::keep, 8);
    connection.start();

    // When
    step(() -> connection.text(text));

    // Then
    check();
  }

  private interface Play {
    void on(RelayConnection connection);
  }

  private void play(Play play) {
    // Given
    RelayConnection connection = TestRelay.connection(link, this::keep, 8);
    connection.start();
    step(() -> connection.text(TestRelay.HELLO));
    assertThat(said("welcome")).hasSize(1);

    // When
    play.on(connection);

    // Then: open and all of it acknowledged, or closed with a reason
    check();
    if (link.closeCode == null) {
      connection.text("{\"type\":\"goodbye\"}");
      link.settle();
      assertThat(link.closeCode).isEqualTo(RelayConnection.NORMAL);
    }
  }

  private void step(Runnable step) {
    assertThatCode(
            () -> {
              step.run();
              link.settle();
            })
        .doesNotThrowAnyException();
  }

  private void check() {
    assertThat(link.sent)
        .allSatisfy(frame -> assertThat(GATEWAY_FRAMES).contains(frame.path("type").textValue()));
    assertThat(said("error"))
        .allSatisfy(
            error -> {
              assertThat(CODES).contains(error.path("code").textValue());
              assertThat(error.path("detail").textValue()).endsWith(".");
            });
    if (link.closeCode != null && link.closeCode != RelayConnection.NORMAL) {
      assertThat(said("error")).isNotEmpty();
    }
  }

  private List<JsonNode> said(String type) {
    return link.sent.stream().filter(frame -> frame.path("type").asText().equals(type)).toList();
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return text().list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> text() {
    Arbitrary<String> anything = Arbitraries.strings().ofMaxLength(200);
    return Arbitraries.frequencyOf(
        Tuple.of(1, anything), Tuple.of(8, frames()), Tuple.of(3, frames().flatMap(this::damaged)));
  }

  private Arbitrary<String> frames() {
    Arbitrary<String> type =
        Arbitraries.of("event", "event", "event", "event", "renew", "goodbye", "hello", "ack", "");
    Arbitrary<String> sequence =
        Arbitraries.of(
            "1", "2", "3", "0", "-1", "1e3", "9223372036854775808", "null", "\"1\"", "{}");
    Arbitrary<String> time =
        Arbitraries.of(
            Long.toString(Rooms.T0), "0", "-1", "9223372036854775807", "1.5", "\"now\"", "[]");
    Arbitrary<String> name =
        Arbitraries.of(
            "onUserJoined",
            "onUserLeave",
            "onUserPublishStream",
            "onUserStartAudioCapture",
            "onRoomBinaryMessageReceived",
            "onError",
            "onNetworkQuality",
            "onNothing",
            "",
            "\u0000",
            "x".repeat(300));
    return Combinators.combine(type, sequence, time, name, json())
        .as(
            (kind, number, at, what, arguments) ->
                "{\"type\":\"%s\",\"sequence\":%s,\"clientTimeMillis\":%s,\"name\":%s,\"token\":\"alice:900\",\"arguments\":%s}"
                    .formatted(kind, number, at, TextNode.valueOf(what), arguments));
  }

  private static Arbitrary<String> json() {
    Arbitrary<String> leaf =
        Arbitraries.of(
            "null",
            "true",
            "1e400",
            "-0",
            "123456789012345678901234567890",
            "\"\\ud800\"",
            "\"bob\"",
            "\"" + "y".repeat(40_000) + "\"",
            "[".repeat(400) + "]".repeat(400),
            "{\"userInfo\":{\"userId\":\"bob\"}}",
            "{\"userId\":\"bob\",\"mediaType\":3}",
            "{\"userId\":\"bob\",\"message\":\"c3Vidg==\"}",
            "{\"userId\":\"\",\"mediaType\":\"audio\"}",
            "{\"userId\":17,\"reason\":[]}");
    return Arbitraries.frequencyOf(
        Tuple.of(1, leaf),
        Tuple.of(5, leaf.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]")));
  }

  private Arbitrary<String> damaged(String frame) {
    return Combinators.combine(
            Arbitraries.integers().between(0, frame.length() - 1), Arbitraries.chars().all())
        .as((at, with) -> frame.substring(0, at) + with + frame.substring(at + 1));
  }

  @Provide
  Arbitrary<List<byte[]>> binaries() {
    Arbitrary<byte[]> anything = Arbitraries.bytes().array(byte[].class).ofMaxSize(100);
    Arbitrary<byte[]> frames =
        Combinators.combine(
                Arbitraries.of(1, 1, 1, 0, 2),
                Arbitraries.of(0, 1, 2, 3, -1),
                Arbitraries.of(1L, 2L, 3L, 0L, -1L, Long.MAX_VALUE),
                Arbitraries.of(Rooms.T0, 0L, -1L, Long.MAX_VALUE),
                Arbitraries.of("bob", "", "a b", "\u0000", "x".repeat(128), "x".repeat(129)),
                Arbitraries.of("subv", "conv", "tool", "info", "none", "su"),
                Arbitraries.of(0, 4, 1000, -1, Integer.MAX_VALUE),
                anything)
            .as(RelayFuzzTest::binary);
    return Arbitraries.frequencyOf(Tuple.of(1, anything), Tuple.of(6, frames)).list().ofMaxSize(5);
  }

  private static byte[] binary(
      int version,
      int direction,
      long sequence,
      long time,
      String peer,
      String magic,
      int length,
      byte[] body) {
    byte[] user = peer.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(20 + user.length + magic.length() + 4 + body.length);
    frame.put((byte) version).put((byte) direction).putLong(sequence).putLong(time);
    frame.putShort((short) user.length).put(user);
    frame.put(magic.getBytes(StandardCharsets.US_ASCII)).putInt(length).put(body);
    return frame.array();
  }
}
