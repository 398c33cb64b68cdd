package dev.parley.room.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.Bytes;
import dev.parley.room.frame.FrameRefusedException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameVectorsTest {
  private static final Map<String, Reason> REFUSED =
      Map.of(
          "m01-empty", Reason.TOO_SHORT,
          "m02-short-magic", Reason.TOO_SHORT,
          "m03-header-only-no-length", Reason.TOO_SHORT,
          "m04-length-larger-than-body", Reason.LENGTH_MISMATCH,
          "m05-trailing-bytes", Reason.LENGTH_MISMATCH,
          "m09-not-json", Reason.BODY_NOT_JSON);

  private record Vector(String id, String magic, Bytes body, Bytes bytes, String sha256) {
    @Override
    public String toString() {
      return id;
    }
  }

  private static JsonNode file() throws IOException {
    try (InputStream in = FrameVectorsTest.class.getResourceAsStream("/vectors/tlv-vectors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  static Stream<Vector> vectors() throws IOException {
    return StreamSupport.stream(file().path("vectors").spliterator(), false)
        .map(FrameVectorsTest::vector);
  }

  private static Vector vector(JsonNode node) {
    byte[] header = HexFormat.of().parseHex(node.path("headerHex").asText());
    byte[] body;
    if (node.has("valueRepeat")) {
      body = new byte[node.path("valueRepeat").path("count").asInt()];
      Arrays.fill(body, (byte) node.path("valueRepeat").path("char").asText().charAt(0));
    } else {
      body = node.path("value").asText().getBytes(StandardCharsets.UTF_8);
    }
    byte[] whole;
    if (node.has("hex")) {
      whole = HexFormat.of().parseHex(node.path("hex").asText());
    } else {
      whole = Arrays.copyOf(header, header.length + body.length);
      System.arraycopy(body, 0, whole, header.length, body.length);
    }
    return new Vector(
        node.path("id").asText(),
        node.path("magic").asText(),
        Bytes.of(body),
        Bytes.of(whole),
        node.path("sha256").asText());
  }

  static Stream<JsonNode> malformed() throws IOException {
    return StreamSupport.stream(file().path("malformed").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void encodesEveryVector(Vector vector) throws Exception {
    // When
    byte[] bytes = FrameCodec.encode(new Frame(vector.magic(), vector.body()));

    // Then
    assertThat(Bytes.of(bytes)).isEqualTo(vector.bytes());
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
        .isEqualTo(vector.sha256());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decodesEveryVector(Vector vector) throws Exception {
    // When
    Frame frame = FrameCodec.decode(vector.bytes().toArray());

    // Then
    assertThat(frame.magic()).isEqualTo(vector.magic());
    assertThat(frame.body()).isEqualTo(vector.body());
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWhatIsMalformedWithItsReason(JsonNode vector) throws Exception {
    // Given
    byte[] bytes = HexFormat.of().parseHex(vector.path("hex").asText());
    String id = vector.path("id").asText();

    // When, Then
    if (id.equals("m07-unknown-magic")) {
      FrameReader.Reading reading = FrameReader.read(bytes);
      assertThat(reading.frame().magic()).isEqualTo("zzzz");
      assertThat(reading.body()).isInstanceOf(FrameBody.Unknown.class);
      assertThat(String.valueOf(reading.json())).isEqualTo("{}");
    } else {
      assertThat(REFUSED).containsKey(id);
      assertThatThrownBy(() -> FrameReader.read(bytes))
          .isInstanceOfSatisfying(
              FrameRefusedException.class, e -> assertThat(e.reason()).isEqualTo(REFUSED.get(id)));
    }
  }

  @Test
  void readsTheLengthAsUnsigned() {
    // Given
    byte[] bytes = HexFormat.of().parseHex("636f6e76ffffffff7b7d");

    // When, Then
    assertThatThrownBy(() -> FrameCodec.decode(bytes))
        .isInstanceOf(FrameRefusedException.class)
        .hasMessage("the header declares 4294967295 bytes, 2 follow");
  }

  @Test
  void refusesAMagicThatIsNotAscii() {
    // Given
    byte[] bytes = HexFormat.of().parseHex("63ff6e76000000027b7d");

    // When, Then
    assertThatThrownBy(() -> FrameCodec.decode(bytes))
        .isInstanceOfSatisfying(
            FrameRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.MAGIC_NOT_ASCII));
  }

  @Test
  void refusesABodyThatIsNotUtf8() {
    // Given
    byte[] bytes = HexFormat.of().parseHex("737562760000000422c32822");

    // When, Then
    assertThatThrownBy(() -> FrameReader.read(bytes))
        .isInstanceOfSatisfying(
            FrameRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.BODY_NOT_UTF8));
  }

  @Test
  void refusesMoreThanTheVendorLetsPass() {
    // Given
    byte[] bytes = new byte[8 + 65_537];
    System.arraycopy(HexFormat.of().parseHex("7375627600010001"), 0, bytes, 0, 8);

    // When, Then
    assertThatThrownBy(() -> FrameCodec.decode(bytes))
        .isInstanceOfSatisfying(
            FrameRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Property
  void noBytesMakeItThrowAnythingElse(@ForAll byte[] bytes) {
    // When, Then
    try {
      FrameReader.read(bytes);
    } catch (FrameRefusedException e) {
      assertThat(e.detail()).isNotBlank();
    }
  }

  @Property
  void noBodyOfAKnownMagicMakesItThrowAnythingElse(@ForAll String text) {
    // When, Then
    for (String magic : new String[] {"conv", "subv", "tool", "info", "ctrl", "func"}) {
      try {
        FrameReader.read(FrameCodec.encode(Frame.of(magic, "{\"data\":[" + text + "]}")));
      } catch (FrameRefusedException e) {
        assertThat(e.reason()).isIn(Reason.BODY_NOT_JSON, Reason.BODY_DOES_NOT_FIT);
      }
    }
  }
}
