package dev.parley.simulator.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.simulator.Vectors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  static Stream<Arguments> vectors() {
    return Vectors.list("tlv-vectors.json", "vectors").stream()
        .map(vector -> Arguments.of(vector.path("id").asText(), vector));
  }

  /** All but those that are frames in form: an unknown magic, and a value that is no JSON. */
  static Stream<Arguments> malformed() {
    return Vectors.list("tlv-vectors.json", "malformed").stream()
        .filter(vector -> !vector.path("id").asText().equals("m09-not-json"))
        .map(vector -> Arguments.of(vector.path("id").asText(), vector));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void encodesAsTheOfficialDemo(String id, JsonNode vector) throws Exception {
    // Given
    Frame frame =
        new Frame(
            Magic.valueOf(vector.path("magic").asText().toUpperCase(Locale.ROOT)), value(vector));
    // When
    byte[] bytes = FrameCodec.encode(frame);
    // Then
    assertThat(bytes).hasSize(vector.path("byteLength").asInt());
    assertThat(HexFormat.of().formatHex(Arrays.copyOf(bytes, 8)))
        .isEqualTo(vector.path("headerHex").asText());
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
        .isEqualTo(vector.path("sha256").asText());
    assertThat(FrameCodec.decode(bytes)).isEqualTo(frame);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void refusesWhatIsMalformed(String id, JsonNode vector) {
    // Given
    byte[] bytes = HexFormat.of().parseHex(vector.path("hex").asText());
    // When // Then
    assertThatThrownBy(() -> FrameCodec.decode(bytes)).isInstanceOf(FrameRefused.class);
  }

  @Test
  void holdsTheBoundsOfBothDirections() {
    // Given
    Frame tooLarge = new Frame(Magic.SUBV, "y".repeat(FrameCodec.MAX_DOWNLINK_VALUE + 1));
    byte[] tooLong = new byte[FrameCodec.MAX_UPLINK + 1];
    // When // Then
    assertThatThrownBy(() -> FrameCodec.encode(tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("49152");
    assertThatThrownBy(() -> FrameCodec.decode(tooLong))
        .isInstanceOf(FrameRefused.class)
        .hasMessageContaining("65536");
  }

  @Property(tries = 300)
  void neverFailsOtherThanByType(@ForAll byte[] bytes) {
    // When // Then
    try {
      assertThat(FrameCodec.decode(bytes).magic().name().toLowerCase(Locale.ROOT))
          .isEqualTo(new String(bytes, 0, 4, StandardCharsets.US_ASCII));
    } catch (FrameRefused e) {
      assertThat(e).hasMessageMatching(".{5,}");
    }
  }

  private static String value(JsonNode vector) {
    JsonNode repeat = vector.path("valueRepeat");
    return repeat.isObject()
        ? repeat.path("char").asText().repeat(repeat.path("count").asInt())
        : vector.path("value").asText();
  }
}
