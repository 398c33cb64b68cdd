package dev.parley.simulator.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.simulator.Vectors;
import dev.parley.simulator.token.TokenRefused.Reason;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {

  private static final String VALID =
      Vectors.list("token-vectors.json", "verifyVectors").get(0).path("token").asText();
  private static final String APP_KEY = "0123456789abcdef0123456789abcdef";

  static Stream<Arguments> issued() {
    return Vectors.list("token-vectors.json", "vectors").stream()
        .map(vector -> Arguments.of(vector.path("id").asText(), vector));
  }

  static Stream<Arguments> judged() {
    return Vectors.list("token-vectors.json", "verifyVectors").stream()
        .map(vector -> Arguments.of(vector.path("id").asText(), vector));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("issued")
  void readsWhatOfficialProgramsIssued(String id, JsonNode vector) throws TokenRefused {
    // Given
    JsonNode input = vector.path("input");
    Map<Integer, Long> privileges = new TreeMap<>();
    vector
        .at("/expected/privileges")
        .properties()
        .forEach(
            entry -> privileges.put(Integer.parseInt(entry.getKey()), entry.getValue().asLong()));
    // When
    RoomToken token =
        at(input.path("issuedAt").asLong())
            .verify(vector.at("/expected/token").asText(), input.path("appKey").asText());
    // Then
    assertThat(token)
        .isEqualTo(
            new RoomToken(
                input.path("appId").asText(),
                input.path("roomId").asText(),
                input.path("userId").asText(),
                input.path("expireAt").asLong(),
                privileges));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("judged")
  void judgesAsTheOfficialVerifier(String id, JsonNode vector) {
    // Given
    TokenVerifier verifier = at(vector.path("now").asLong());
    // When
    boolean valid;
    boolean parses = true;
    try {
      verifier.verify(vector.path("token").asText(), vector.path("appKey").asText());
      valid = true;
    } catch (TokenRefused e) {
      valid = false;
      parses = e.reason() != Reason.MALFORMED;
    }
    // Then
    assertThat(valid).isEqualTo(vector.at("/expected/valid").asBoolean());
    if (vector.at("/expected").has("parses")) {
      assertThat(parses).isEqualTo(vector.at("/expected/parses").asBoolean());
    }
  }

  @Test
  void saysWhyItRefuses() {
    // Given
    TokenVerifier inTime = at(1_750_000_001L);
    TokenVerifier tooLate = at(1_750_086_401L);
    // When // Then
    assertThatThrownBy(() -> tooLate.verify(VALID, APP_KEY))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
    assertThatThrownBy(() -> inTime.verify(VALID, "f".repeat(32)))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.SIGNATURE));
    assertThatThrownBy(() -> inTime.verify("not a token", APP_KEY))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
  }

  @Property(tries = 200)
  void neverVerifiesAFlippedBit(@ForAll @IntRange(min = 0, max = 1000) int position) {
    // Given
    byte[] content = Base64.getDecoder().decode(VALID.substring(27));
    int bit = position % (content.length * 8);
    content[bit / 8] ^= (byte) (1 << (bit % 8));
    String token = VALID.substring(0, 27) + Base64.getEncoder().encodeToString(content);
    // When // Then
    assertThatThrownBy(() -> at(1_750_000_001L).verify(token, APP_KEY))
        .isInstanceOf(TokenRefused.class);
  }

  @Property(tries = 300)
  void refusesAnythingElseByType(@ForAll byte[] content, @ForAll boolean encoded) {
    // Given
    String token =
        "001123456781234567812345678"
            + (encoded ? Base64.getEncoder().encodeToString(content) : new String(content, UTF_8));
    // When // Then
    assertThatThrownBy(() -> at(1_750_000_001L).verify(token, APP_KEY))
        .isInstanceOf(TokenRefused.class);
  }

  @Test
  void admitsToTheNamedRoomOrToAnyByWildcard() {
    // Given
    RoomToken named = new RoomToken("app", "room", "user", 0, Map.of(1, 0L));
    RoomToken wildcard = new RoomToken("app", "*", "user", 0, Map.of());
    // When // Then
    assertThat(named.admits("room", "user")).isTrue();
    assertThat(named.admits("other", "user")).isFalse();
    assertThat(named.admits("room", "other")).isFalse();
    assertThat(wildcard.admits("other", "user")).isTrue();
    assertThat(named.mayPublishAudio()).isTrue();
    assertThat(named.mayPublishVideo()).isFalse();
    assertThat(wildcard.mayPublishAudio()).isFalse();
  }

  private static TokenVerifier at(long seconds) {
    return new TokenVerifier(Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC));
  }
}
