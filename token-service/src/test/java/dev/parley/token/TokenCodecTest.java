package dev.parley.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.parley.events.id.AppId;
import dev.parley.token.DecodedToken.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenCodecTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");
  private static final Instant NOW = Instant.ofEpochSecond(1_750_000_001);
  private static final TokenVerifier VERIFIER = new TokenVerifier(Clock.fixed(NOW, ZoneOffset.UTC));
  private static final String GENUINE =
      "001123456781234567812345678PgB4VjQSgOFOaAAzUGgHAFJvb20xMjMHAFVzZXIxMjMFAAAAAAAAAAEAAAAA"
          + "AAIAAAAAAAMAAAAAAAQAAAAAACAAJSsmPbEArgfO9ak/UcUICVn9tFc8ZfEZsGJspMAUEOY=";

  static List<TokenVectors.Vector> vectors() {
    return TokenVectors.load().vectors();
  }

  static List<TokenVectors.VerifyVector> verifyVectors() {
    return TokenVectors.load().verifyVectors();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void writesTheVendorsBytes(TokenVectors.Vector vector) {
    // When
    byte[] message = TokenCodec.message(vector.token());
    byte[] signature = TokenSigner.sign(new AppKey(vector.input().appKey()), message);
    String text = TokenCodec.text(vector.token().appId(), message, signature);

    // Then
    assertThat(HexFormat.of().formatHex(message)).isEqualTo(vector.expected().messageHex());
    assertThat(HexFormat.of().formatHex(signature)).isEqualTo(vector.expected().signatureHex());
    assertThat(text).isEqualTo(vector.expected().token());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void readsTheVendorsBytes(TokenVectors.Vector vector) {
    // Given
    Instant issued = Instant.ofEpochSecond(vector.input().issuedAt());
    TokenVerifier verifier = new TokenVerifier(Clock.fixed(issued, ZoneOffset.UTC));

    // When
    Verification verification =
        verifier.verify(vector.expected().token(), new AppKey(vector.input().appKey()));

    // Then
    assertThat(verification).isEqualTo(new Verification.Valid(vector.token()));
  }

  @ParameterizedTest
  @MethodSource("verifyVectors")
  void agreesWithTheVendorsVerifier(TokenVectors.VerifyVector vector) {
    // Given
    TokenVerifier verifier =
        new TokenVerifier(Clock.fixed(Instant.ofEpochSecond(vector.now()), ZoneOffset.UTC));

    // When
    DecodedToken decoded = TokenCodec.decode(vector.token());
    Verification verification = verifier.verify(vector.token(), new AppKey(vector.appKey()));

    // Then
    assertThat(decoded instanceof DecodedToken.Unverified).isEqualTo(vector.expected().parses());
    assertThat(verification instanceof Verification.Valid).isEqualTo(vector.expected().valid());
  }

  @Test
  void aWrongKeyAndATouchedMessageAreWrongSignatures() {
    // Given
    String touched =
        GENUINE.replace("Um9vbTEyMw", "U29vbTEyMw").replace("FJvb20xMjM", "FNvb20xMjM");

    // When
    Verification otherKey =
        VERIFIER.verify(GENUINE, new AppKey("ffffffffffffffffffffffffffffffff"));
    Verification otherRoom = VERIFIER.verify(touched, KEY);

    // Then
    assertThat(otherKey).isInstanceOf(Verification.WrongSignature.class);
    assertThat(otherRoom)
        .isInstanceOfSatisfying(
            Verification.WrongSignature.class,
            wrong -> assertThat(wrong.unverified().roomId()).isEqualTo("Soom123"));
  }

  @Test
  void aForgedTokenIsCalledForgedAndNotExpired() {
    // Given
    TokenVerifier later =
        new TokenVerifier(Clock.fixed(Instant.ofEpochSecond(1_750_086_401), ZoneOffset.UTC));

    // When
    Verification genuine = later.verify(GENUINE, KEY);
    Verification forged = later.verify(GENUINE, new AppKey("ffffffffffffffffffffffffffffffff"));

    // Then
    assertThat(genuine).isInstanceOf(Verification.Expired.class);
    assertThat(forged).isInstanceOf(Verification.WrongSignature.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', NOT_A_TOKEN",
    "eyJhbGciOiJFUzI1NiJ9.e30.AAAA, NOT_A_TOKEN",
    "00, NOT_A_TOKEN",
    "002123456781234567812345678PgB4, OTHER_VERSION",
    "001, TRUNCATED",
    "001123456781234567812345678, TRUNCATED",
    "001123456781234567812345678PgB4, TRUNCATED",
    "001123456781234567812345678P, TRUNCATED",
    "00112345678123456781234567_PgB4, APP_ID",
    "001123456781234567812345678Pg B4, NOT_BASE64",
    "001123456781234567812345678Pg-_, NOT_BASE64",
    "001123456781234567812345678=A==, NOT_BASE64",
    "001123456781234567812345678AAAAAA==, LENGTHS",
  })
  void saysWhatIsWrongWithAText(String text, Fault fault) {
    assertThat(TokenCodec.decode(text))
        .isInstanceOfSatisfying(
            DecodedToken.Malformed.class,
            malformed -> assertThat(malformed.fault()).isEqualTo(fault));
  }

  @ParameterizedTest
  @CsvSource({
    // Only nonce and issuedAt.
    "0000000000000000, LENGTHS",
    // Room of 9 bytes, none there.
    "0000000000000000000000000900, LENGTHS",
    // Count says 1, no entry follows.
    "0000000000000000000000000000000001 00, LENGTHS",
    // A byte behind the last privilege.
    "00000000000000000000000000000000000000, LENGTHS",
    // Privilege 4 before 0, and 4 twice.
    "00000000000000000000000000000000 0200 0400 00000000 0000 00000000, PRIVILEGE_ORDER",
    "00000000000000000000000000000000 0200 0400 00000000 0400 00000000, PRIVILEGE_ORDER",
    // Room id is the lone byte ff.
    "000000000000000000000000 0100ff 0000 0000, NOT_TEXT",
  })
  void saysWhatIsWrongWithASignedMessage(String hex, Fault fault) {
    // Given
    byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));
    String text = TokenCodec.text(APP, message, TokenSigner.sign(KEY, message));

    // When
    Verification verification = VERIFIER.verify(text, KEY);

    // Then
    assertThat(verification)
        .isInstanceOfSatisfying(
            Verification.Malformed.class,
            malformed -> assertThat(malformed.fault()).isEqualTo(fault));
  }

  @Test
  void passesOverBytesBehindTheSignature() {
    // Given
    byte[] content = Base64.getDecoder().decode(GENUINE.substring(27));
    byte[] longer = Arrays.copyOf(content, content.length + 5);

    // When
    Verification verification =
        VERIFIER.verify(GENUINE.substring(0, 27) + Base64.getEncoder().encodeToString(longer), KEY);

    // Then
    assertThat(verification).isInstanceOf(Verification.Valid.class);
  }

  @Test
  void readsTheDensestTokenInBoundedTime() {
    // Given: 65,535 bytes, nearly all of them privileges of 6 bytes each
    ByteBuffer message = ByteBuffer.allocate(65_535).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(1).putInt(2).putInt(0);
    message.putShort((short) 3).put("rrr".getBytes(UTF_8)).putShort((short) 0);
    message.putShort((short) 10_919);
    for (int number = 0; number < 10_919; number++) {
      message.putShort((short) number).putInt(number + 1);
    }
    assertThat(message.remaining()).isZero();
    byte[] bytes = message.array();
    String text = TokenCodec.text(APP, bytes, TokenSigner.sign(KEY, bytes));

    // When
    Verification verification =
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> VERIFIER.verify(text, KEY));

    // Then
    assertThat(text).hasSizeLessThan(TokenCodec.MAX_TEXT_LENGTH);
    assertThat(verification)
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> {
              assertThat(valid.token().privileges()).hasSize(10_919);
              assertThat(valid.token().privileges().get(10_918)).isEqualTo(new Expiry(10_919));
              assertThat(TokenCodec.message(valid.token())).isEqualTo(bytes);
            });
    bytes[65_535 - 6] = 0;
    bytes[65_535 - 5] = 0;
    assertThat(TokenCodec.decode(TokenCodec.text(APP, bytes, TokenSigner.sign(KEY, bytes))))
        .isInstanceOfSatisfying(
            DecodedToken.Malformed.class,
            malformed -> assertThat(malformed.fault()).isEqualTo(Fault.PRIVILEGE_ORDER));
  }

  @Test
  void hasNoSecondSpellingOfAToken() {
    // "OY=" and "OZ=" differ only in bits that no byte takes.
    assertThat(TokenCodec.decode(GENUINE.replace("EOY=", "EOZ=")))
        .isInstanceOfSatisfying(
            DecodedToken.Malformed.class,
            malformed -> assertThat(malformed.fault()).isEqualTo(Fault.NOT_BASE64));
    assertThat(TokenCodec.decode(GENUINE.replace("=", "")))
        .isInstanceOf(DecodedToken.Malformed.class);
  }

  @Test
  void refusesATextThatIsTooLongWithoutReadingIt() {
    assertThat(TokenCodec.decode(GENUINE + "A".repeat(TokenCodec.MAX_TEXT_LENGTH)))
        .isEqualTo(
            new DecodedToken.Malformed(
                Fault.NOT_A_TOKEN, "it is far longer than an access token can be"));
  }

  @Test
  void aTokenHoldsOnlyWhatTheFormatHolds() {
    assertThatThrownBy(() -> token(0x1_0000_0000L, "r", "u")).hasMessageStartingWith("nonce ");
    assertThatThrownBy(() -> token(1, "\ud800", "u")).hasMessageStartingWith("roomId ");
    assertThatThrownBy(() -> token(1, "r", "\udc00x")).hasMessageStartingWith("userId ");
    assertThatThrownBy(() -> token(1, "r".repeat(65_000), "u".repeat(600)))
        .hasMessage("roomId, userId and privileges must fit 65535 bytes, have 65618");
    assertThatThrownBy(() -> new Expiry(-1)).hasMessageStartingWith("expiry ");
    assertThatThrownBy(() -> new Expiry(0x1_0000_0000L)).hasMessageStartingWith("expiry ");
  }

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll("tokens") AccessToken token) {
    byte[] message = TokenCodec.message(token);
    String text = TokenCodec.text(token.appId(), message, TokenSigner.sign(KEY, message));

    assertThat(TokenCodec.decode(text))
        .isInstanceOfSatisfying(
            DecodedToken.Unverified.class,
            decoded -> {
              assertThat(decoded.token()).isEqualTo(token);
              assertThat(decoded.message()).isEqualTo(message);
              assertThat(decoded.signedWith(KEY)).isTrue();
            });
  }

  @Property(tries = 2000)
  void anyTextIsReadOrRefusedButNeverThrows(@ForAll String tail, @ForAll boolean header) {
    String text = header ? "001" + APP + tail : tail;

    assertThat(VERIFIER.verify(text, KEY)).isNotInstanceOf(Verification.Valid.class);
  }

  @Property(tries = 2000)
  void anyBytesAreReadOrRefusedButNeverThrow(@ForAll byte[] content) {
    String text = "001" + APP + Base64.getEncoder().encodeToString(content);

    assertThat(VERIFIER.verify(text, KEY)).isNotInstanceOf(Verification.Valid.class);
  }

  @Property(tries = 500)
  void anySignedBytesAreReadAsTheyWereWrittenOrRefused(@ForAll byte[] message) {
    String text = TokenCodec.text(APP, message, TokenSigner.sign(KEY, message));

    if (TokenCodec.decode(text) instanceof DecodedToken.Unverified decoded) {
      assertThat(TokenCodec.message(decoded.token())).isEqualTo(message);
    }
  }

  @Property(tries = 1000)
  void aFlippedBitOfTheContentNeverVerifies(@ForAll @IntRange(max = 97 * 8 + 7) int bit) {
    byte[] content = Base64.getDecoder().decode(GENUINE.substring(27));
    content[bit / 8] ^= (byte) (1 << (bit % 8));

    assertThat(
            VERIFIER.verify(
                GENUINE.substring(0, 27) + Base64.getEncoder().encodeToString(content), KEY))
        .isNotInstanceOf(Verification.Valid.class);
  }

  @Property(tries = 1000)
  void aFlippedBitOfTheTextNeverVerifies(
      @ForAll @IntRange(max = 158) int at, @ForAll @IntRange(max = 6) int bit) {
    // The AppID at 3 to 26 is outside the signature; whoever holds several keys picks by it. The
    // padding at 158 can become a digit of a byte behind the signature, which the vendor passes
    // over: message and signature are the same then.
    if ((at >= 3 && at < 27) || at == 158) {
      return;
    }
    char[] text = GENUINE.toCharArray();
    text[at] ^= (char) (1 << bit);

    assertThat(VERIFIER.verify(new String(text), KEY)).isNotInstanceOf(Verification.Valid.class);
  }

  @Property(tries = 200)
  void aTokenCutAnywhereIsMalformed(@ForAll @IntRange(max = 158) int length) {
    assertThat(TokenCodec.decode(GENUINE.substring(0, length)))
        .isInstanceOf(DecodedToken.Malformed.class);
  }

  @Property(tries = 500)
  void expiryIsInsideItsOwnSecond(@ForAll @LongRange(min = 1, max = 0xFFFF_FFFFL) long second) {
    Expiry expiry = new Expiry(second);

    assertThat(expiry.passed(Instant.ofEpochSecond(second, 999_999_999))).isFalse();
    assertThat(expiry.passed(Instant.ofEpochSecond(second + 1))).isTrue();
  }

  @Provide
  Arbitrary<AccessToken> tokens() {
    Arbitrary<Long> uint32 = Arbitraries.longs().between(0, 0xFFFF_FFFFL);
    Arbitrary<String> ids =
        Arbitraries.strings()
            .ofMaxLength(200)
            .filter(s -> new String(s.getBytes(UTF_8), UTF_8).equals(s));
    Arbitrary<Map<Integer, Expiry>> privileges =
        Arbitraries.maps(Arbitraries.integers().between(0, 0xFFFF), uint32.map(Expiry::new))
            .ofMaxSize(20);
    return Combinators.combine(uint32, uint32, uint32, ids, ids, privileges)
        .as(
            (nonce, issued, expiry, room, user, rights) ->
                new AccessToken(
                    APP,
                    nonce,
                    Instant.ofEpochSecond(issued),
                    new Expiry(expiry),
                    room,
                    user,
                    new TreeMap<>(rights)));
  }

  private static AccessToken token(long nonce, String roomId, String userId) {
    return new AccessToken(APP, nonce, NOW, Expiry.NEVER, roomId, userId, new TreeMap<>(Map.of()));
  }
}
