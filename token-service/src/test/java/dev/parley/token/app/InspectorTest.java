package dev.parley.token.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.AppId;
import dev.parley.testkit.MutableClock;
import dev.parley.token.AccessToken;
import dev.parley.token.AppKey;
import dev.parley.token.Expiry;
import dev.parley.token.Privilege;
import dev.parley.token.TokenCodec;
import dev.parley.token.TokenSigner;
import dev.parley.token.app.Inspection.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectorTest {
  /** The vendor's: room Room123, user User123, valid for a day from 1750000000. */
  private static final String TOKEN =
      "001123456781234567812345678PgB4VjQSgOFOaAAzUGgHAFJvb20xMjMHAFVzZXIxMjMFAAAAAAAAAAEAAAAA"
          + "AAIAAAAAAAMAAAAAAAQAAAAAACAAJSsmPbEArgfO9ak/UcUICVn9tFc8ZfEZsGJspMAUEOY=";

  /** The vendor's: no privileges, never expires. */
  private static final String EMPTY =
      "001123456781234567812345678GQABAAAAgOFOaAAAAAAEAHJvb20DAHVpZAAAIABoSd1E8S7jt0wg0a6x9hAR"
          + "HYJMGOWwMRS4ekQRxA4Wwg==";

  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");
  private static final AppKey OTHER = new AppKey("ffffffffffffffffffffffffffffffff");

  private final MutableClock clock = new MutableClock(Instant.ofEpochSecond(1_750_000_001));

  private static App app(String name, String id, AppKey current, @Nullable AppKey previous) {
    return new App(
        name,
        new AppId(id),
        new AppKeys(current, previous),
        Duration.ofMinutes(2),
        Duration.ofHours(1),
        Duration.ofHours(2),
        Set.of(Privilege.SUBSCRIBE),
        Set.of(Privilege.SUBSCRIBE),
        List.of(),
        Set.of());
  }

  private Inspector inspector(AppKey current, @Nullable AppKey previous) {
    return new Inspector(
        new Apps(List.of(app("default", "123456781234567812345678", current, previous))), clock);
  }

  private static List<Code> codes(Inspection inspection) {
    return inspection.findings().stream().map(Inspection.Finding::code).toList();
  }

  @Test
  void findsNothingWrongWithAGoodToken() {
    Inspection inspection = inspector(KEY, null).inspect("main", TOKEN, "Room123", "User123");

    assertThat(inspection.genuine()).isTrue();
    assertThat(inspection.previousKey()).isFalse();
    assertThat(inspection.findings()).isEmpty();
  }

  @Test
  void recognisesThePreviousKey() {
    Inspection inspection = inspector(OTHER, KEY).inspect("main", TOKEN, null, null);

    assertThat(inspection.genuine()).isTrue();
    assertThat(inspection.previousKey()).isTrue();
  }

  @Test
  void saysThatTheKeyIsAnother() {
    Inspection inspection = inspector(OTHER, null).inspect("main", TOKEN, null, null);

    assertThat(inspection.genuine()).isFalse();
    assertThat(codes(inspection)).containsExactly(Code.WRONG_APP_KEY);
  }

  @Test
  void saysSinceWhenItIsExpired() {
    // Given
    clock.advance(Duration.ofSeconds(86_459));

    // When
    Inspection inspection = inspector(KEY, null).inspect("main", TOKEN, null, null);

    // Then
    assertThat(inspection.findings())
        .containsExactly(
            new Inspection.Finding(
                Code.EXPIRED,
                "The token expired at 2025-06-16T15:06:40Z, 60 s ago: fetch a new one; renew when"
                    + " the SDK warns, 30 s before the end."));
  }

  @Test
  void saysWhichRoomAndUserItIsFor() {
    Inspection inspection = inspector(KEY, null).inspect("main", TOKEN, "room123", "user123");

    assertThat(codes(inspection)).containsExactly(Code.OTHER_ROOM, Code.OTHER_USER);
    assertThat(inspection.findings().get(0).detail()).contains("room Room123");
    assertThat(inspection.findings().get(1).detail()).contains("user User123");
  }

  @Test
  void listsEverythingThatIsWrong() {
    // Given
    clock.advance(Duration.ofDays(2));

    // Then
    assertThat(codes(inspector(OTHER, null).inspect("main", TOKEN, "other", "User123")))
        .containsExactly(Code.WRONG_APP_KEY, Code.EXPIRED, Code.OTHER_ROOM);
  }

  @Test
  void saysThatATokenGrantsNothing() {
    assertThat(codes(inspector(KEY, null).inspect("main", EMPTY, null, null)))
        .containsExactly(Code.NO_PRIVILEGES);
  }

  @Test
  void saysThatTheIssuersClockIsWrong() {
    // Given
    clock.advance(Duration.ofSeconds(-62));

    // Then
    assertThat(codes(inspector(KEY, null).inspect("main", TOKEN, null, null)))
        .containsExactly(Code.ISSUED_IN_FUTURE);
  }

  @ParameterizedTest
  @CsvSource({
    "'', NOT_A_TOKEN",
    "eyJhbGciOiJFUzI1NiJ9.e30.AAAA, NOT_A_TOKEN",
    "002123456781234567812345678PgB4, OTHER_VERSION",
    "001123456781234567812345678PgB4VjQSgOFOaA, TRUNCATED",
    "001123456781234567812345678PgB4 VjQ, MALFORMED",
    "00112345678123456781234_678PgB4VjQ, MALFORMED",
  })
  void saysThatItIsNoToken(String text, Code code) {
    Inspection inspection = inspector(KEY, null).inspect("main", text, null, null);

    assertThat(codes(inspection)).containsExactly(code);
    assertThat(inspection.token()).isNull();
    assertThat(inspection.genuine()).isFalse();
  }

  /** A genuine token of Room123 and User123 that ends with {@code expiry}. */
  private static String token(Expiry expiry, String room, Map<Integer, Expiry> privileges) {
    AppId id = new AppId("123456781234567812345678");
    byte[] message =
        TokenCodec.message(
            new AccessToken(
                id,
                1,
                Instant.ofEpochSecond(1_750_000_000),
                expiry,
                room,
                "User123",
                new TreeMap<>(privileges)));
    return TokenCodec.text(id, message, TokenSigner.sign(KEY, message));
  }

  @Test
  void saysThatAPrivilegeEndedBeforeItsToken() {
    // Given: subscribe (4) ended at 1750000100, publish data (3) has one second left
    String text =
        token(
            new Expiry(1_750_086_400),
            "Room123",
            Map.of(3, new Expiry(1_750_000_101), 4, new Expiry(1_750_000_100)));
    clock.advance(Duration.ofSeconds(100));

    // When
    Inspection inspection = inspector(KEY, null).inspect("main", text, "Room123", "User123");

    // Then
    assertThat(inspection.findings())
        .containsExactly(
            new Inspection.Finding(
                Code.PRIVILEGE_EXPIRED,
                "Privilege subscribe ended at 2025-06-15T15:08:20Z, before the token does."));
  }

  @Test
  void saysThatAPrivilegeIsUnknown() {
    String text = token(Expiry.NEVER, "Room123", Map.of(4, Expiry.NEVER, 9, Expiry.NEVER));

    assertThat(inspector(KEY, null).inspect("main", text, null, null).findings())
        .containsExactly(
            new Inspection.Finding(Code.UNKNOWN_PRIVILEGE, "Privilege 9 is not a known one."));
  }

  @Test
  void listsOnlySoManyUnknownPrivileges() {
    Map<Integer, Expiry> many =
        IntStream.rangeClosed(10, 7_000)
            .boxed()
            .collect(Collectors.toMap(Function.identity(), number -> Expiry.NEVER));

    assertThat(
            inspector(KEY, null)
                .inspect("main", token(Expiry.NEVER, "Room123", many), null, null)
                .findings())
        .containsExactly(
            new Inspection.Finding(
                Code.UNKNOWN_PRIVILEGE,
                "Privileges 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 and 6976"
                    + " more are not known ones."));
  }

  @Test
  void saysThatATokenWithoutARoomJoinsNone() {
    String text = token(Expiry.NEVER, "", Map.of(4, Expiry.NEVER));

    assertThat(inspector(KEY, null).inspect("main", text, "Room123", null).findings())
        .containsExactly(
            new Inspection.Finding(
                Code.OTHER_ROOM,
                "The token names no room: it serves real-time messaging, not joining a room."));
  }

  @Test
  void cutsAnIdThatNoRoomHas() {
    String text = token(Expiry.NEVER, "😀".repeat(200), Map.of(4, Expiry.NEVER));

    assertThat(
            inspector(KEY, null).inspect("main", text, "Room123", null).findings().get(0).detail())
        .isEqualTo(
            "The token is for room "
                + "😀".repeat(128)
                + "... (400 characters): join that room or ask for a token of the other one. Case"
                + " matters.");
  }

  @Test
  void anAppThatIsForOtherIdentityProvidersIsUnknown() {
    // Given
    App partners =
        new App(
            "default",
            new AppId("123456781234567812345678"),
            new AppKeys(KEY, null),
            Duration.ofMinutes(2),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Set.of(Privilege.SUBSCRIBE),
            Set.of(Privilege.SUBSCRIBE),
            List.of(),
            Set.of("partner"));
    Inspector inspector = new Inspector(new Apps(List.of(partners)), clock);

    // Then
    assertThat(codes(inspector.inspect("main", TOKEN, "other", null)))
        .containsExactly(Code.UNKNOWN_APP);
    assertThat(inspector.inspect("main", TOKEN, null, null).genuine()).isFalse();
    assertThat(inspector.inspect("partner", TOKEN, null, null).genuine()).isTrue();
  }

  @Test
  void neverVerifiesWithTheKeyOfAnotherAppId() {
    // The AppID is outside the signature: this one fits the key, but not the key's AppID.
    String moved = TOKEN.replace("123456781234567812345678", "999999999999999999999999");

    Inspection inspection = inspector(KEY, null).inspect("main", moved, null, null);

    assertThat(inspection.genuine()).isFalse();
    assertThat(codes(inspection)).containsExactly(Code.UNKNOWN_APP);
  }

  @Test
  void appsAreFoundByNameAndId() {
    // Given
    App one = app("default", "123456781234567812345678", KEY, null);
    App two = app("second", "999999999999999999999999", OTHER, null);

    // Then
    assertThat(new Apps(List.of(one, two)).named(null)).contains(one);
    assertThat(new Apps(List.of(one, two)).named("second")).contains(two);
    assertThat(new Apps(List.of(one, two)).named("third")).isEmpty();
    assertThat(new Apps(List.of(two)).named(null)).contains(two);
    assertThat(new Apps(List.of(one, two)).withId(two.id())).contains(two);
    assertThatThrownBy(() -> new Apps(List.of())).hasMessageStartingWith("at least one");
    assertThatThrownBy(
            () -> new Apps(List.of(one, app("b", "123456781234567812345678", OTHER, null))))
        .hasMessage("two applications must not share an app-id");
  }
}
