package dev.parley.token.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.AccessToken;
import dev.parley.token.AppKey;
import dev.parley.token.Grant;
import dev.parley.token.Privilege;
import dev.parley.token.RoomPattern;
import dev.parley.token.RoomScope;
import dev.parley.token.TokenIssuer;
import dev.parley.token.TokenVerifier;
import dev.parley.token.Verification;
import dev.parley.token.app.App;
import dev.parley.token.app.AppKeys;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.Decision.Code;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");
  private static final AppKey NEXT_KEY = new AppKey("fedcba9876543210fedcba9876543210");
  private static final RoomScope DEMO = new RoomScope.OneRoom(new RoomId("demo-1"));

  private final Policy policy = policy(true);

  private static Policy policy(boolean freshRooms) {
    return new Policy(
        new Policy.Rights(Set.of(Role.OPERATOR), Set.of(Role.OPERATOR), freshRooms),
        new FreshRooms(() -> new byte[FreshRooms.RANDOM_LENGTH]));
  }

  private static App app(AppKeys keys, Set<Privilege> allowed, String... openRooms) {
    return new App(
        "default",
        new AppId("123456781234567812345678"),
        keys,
        Duration.ofMinutes(2),
        Duration.ofHours(1),
        Duration.ofHours(2),
        allowed,
        allowed,
        Arrays.stream(openRooms).map(RoomPattern::new).toList(),
        Set.of());
  }

  private static App app(String... openRooms) {
    return app(new AppKeys(KEY, null), Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE), openRooms);
  }

  private static Caller caller(String subject, Set<Role> roles, String... rooms) {
    return new Caller(
        "main",
        "https://idp.example.com",
        subject,
        subject.contains("|") ? Optional.empty() : Optional.of(new UserId(subject)),
        roles,
        Arrays.stream(rooms).map(RoomPattern::new).toList(),
        Instant.MAX);
  }

  private static final Caller ALICE = caller("alice", Set.of(Role.PARTICIPANT), "demo-*");
  private static final Caller OLGA = caller("olga", Set.of(Role.OPERATOR));

  private static TokenRequest request(
      App app,
      Caller caller,
      @Nullable RoomScope room,
      @Nullable String user,
      @Nullable Set<Privilege> privileges,
      @Nullable Duration ttl) {
    return new TokenRequest(
        app,
        caller,
        Optional.ofNullable(room),
        Optional.ofNullable(user).map(UserId::new),
        Optional.ofNullable(privileges),
        Optional.ofNullable(ttl));
  }

  private Decision decide(App app, Caller caller, @Nullable RoomScope room, @Nullable String user) {
    return policy.decide(request(app, caller, room, user, null, null));
  }

  private static void assertRefused(Decision decision, Code code) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private static Grant grant(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
    return ((Decision.Allowed) decision).grant();
  }

  @Test
  void aParticipantEntersTheRoomsOfItsClaimAsItself() {
    assertThat(decide(app(), ALICE, DEMO, null))
        .isEqualTo(
            new Decision.Allowed(
                new Grant(
                    DEMO,
                    new UserId("alice"),
                    Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE),
                    Duration.ofHours(1)),
                false));
    assertThat(grant(decide(app(), ALICE, DEMO, "alice")).userId()).isEqualTo(new UserId("alice"));
  }

  @Test
  void aParticipantEntersNoOtherRoom() {
    assertRefused(
        decide(app(), ALICE, new RoomScope.OneRoom(new RoomId("prod-1")), null),
        Code.ROOM_NOT_ALLOWED);
  }

  @Test
  void anOpenRoomIsOpenToEveryParticipant() {
    assertThat(
            grant(
                    decide(
                        app("lobby*"),
                        caller("bob", Set.of(Role.PARTICIPANT)),
                        new RoomScope.OneRoom(new RoomId("lobby-2")),
                        null))
                .userId())
        .isEqualTo(new UserId("bob"));
  }

  @Test
  void aParticipantIsNobodyElse() {
    assertRefused(decide(app(), ALICE, DEMO, "bob"), Code.USER_NOT_ALLOWED);
  }

  @Test
  void anOperatorActsForOthersAndEntersEveryRoom() {
    assertThat(grant(decide(app(), OLGA, DEMO, "bob")).userId()).isEqualTo(new UserId("bob"));
    assertThat(grant(decide(app(), OLGA, new RoomScope.EveryRoom(), "bob")).room())
        .isEqualTo(new RoomScope.EveryRoom());
  }

  @Test
  void aTokenForEveryRoomNeedsTheRight() {
    assertRefused(
        decide(
            app("*"),
            caller("bob", Set.of(Role.PARTICIPANT), "*"),
            new RoomScope.EveryRoom(),
            null),
        Code.EVERY_ROOM_NOT_ALLOWED);
  }

  @Test
  void analystsAndTheRolelessGetNoAccessToken() {
    assertRefused(
        decide(app("*"), caller("ana", Set.of(Role.ANALYST)), DEMO, null), Code.ROLE_NOT_ALLOWED);
    assertRefused(decide(app("*"), caller("bob", Set.of()), DEMO, null), Code.ROLE_NOT_ALLOWED);
  }

  @Test
  void anAppMayBeForSomeIdentityProvidersOnly() {
    App other =
        new App(
            "default",
            new AppId("123456781234567812345678"),
            new AppKeys(KEY, null),
            Duration.ofMinutes(2),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Set.of(Privilege.SUBSCRIBE),
            Set.of(Privilege.SUBSCRIBE),
            List.of(new RoomPattern("*")),
            Set.of("partner"));

    assertRefused(decide(other, OLGA, DEMO, null), Code.APP_NOT_ALLOWED);
  }

  @Test
  void nobodyBearsTheNameOfAnAgent() {
    assertRefused(decide(app(), OLGA, DEMO, "agent-7"), Code.USER_ID_RESERVED);
    assertRefused(
        decide(app("*"), caller("agent-7", Set.of(Role.PARTICIPANT)), DEMO, null),
        Code.USER_ID_RESERVED);
    assertThat(grant(decide(app(), OLGA, DEMO, "agent")).userId()).isEqualTo(new UserId("agent"));
  }

  @Test
  void aSubjectThatIsNoUserIdNeedsAUserNamed() {
    assertRefused(
        decide(app("*"), caller("auth0|1", Set.of(Role.PARTICIPANT)), DEMO, null),
        Code.USER_ID_UNUSABLE);
    assertRefused(
        decide(app("*"), caller("auth0|1", Set.of(Role.PARTICIPANT)), DEMO, "alice"),
        Code.USER_NOT_ALLOWED);
    assertThat(grant(decide(app(), caller("svc|1", Set.of(Role.OPERATOR)), DEMO, "alice")).userId())
        .isEqualTo(new UserId("alice"));
  }

  @Test
  void grantsExactlyWhatIsAskedForAndAllowed() {
    App narrow = app(new AppKeys(KEY, null), Set.of(Privilege.PUBLISH_AUDIO), "*");

    assertThat(
            grant(
                    policy.decide(
                        request(app(), ALICE, DEMO, null, Set.of(Privilege.PUBLISH_AUDIO), null)))
                .privileges())
        .containsExactly(Privilege.PUBLISH_AUDIO);
    assertThat(grant(policy.decide(request(app(), ALICE, DEMO, null, Set.of(), null))).privileges())
        .isEmpty();
    assertRefused(
        policy.decide(request(narrow, ALICE, DEMO, null, Set.of(Privilege.PUBLISH), null)),
        Code.PRIVILEGE_NOT_ALLOWED);
    assertRefused(
        policy.decide(request(narrow, ALICE, DEMO, null, Set.of(Privilege.SUBSCRIBE), null)),
        Code.PRIVILEGE_NOT_ALLOWED);
  }

  @Test
  void allThreePartsDoNotAllowTheWhole() {
    App parts =
        app(
            new AppKeys(KEY, null),
            Set.of(Privilege.PUBLISH_AUDIO, Privilege.PUBLISH_VIDEO, Privilege.PUBLISH_DATA),
            "*");

    assertRefused(
        policy.decide(request(parts, OLGA, DEMO, null, Set.of(Privilege.PUBLISH), null)),
        Code.PRIVILEGE_NOT_ALLOWED);
  }

  @Test
  void cutsALongTtlAndSaysSoAndRefusesAShortOne() {
    Decision cut =
        policy.decide(request(app(), ALICE, DEMO, null, null, Duration.ofSeconds(Long.MAX_VALUE)));

    assertThat(cut)
        .isInstanceOfSatisfying(
            Decision.Allowed.class,
            allowed -> {
              assertThat(allowed.ttlClamped()).isTrue();
              assertThat(allowed.grant().ttl()).isEqualTo(Duration.ofHours(2));
            });
    assertRefused(
        policy.decide(request(app(), ALICE, DEMO, null, null, Duration.ofSeconds(119))),
        Code.TTL_TOO_SHORT);
    assertRefused(
        policy.decide(request(app(), ALICE, DEMO, null, null, Duration.ofSeconds(Long.MIN_VALUE))),
        Code.TTL_TOO_SHORT);
  }

  @Test
  void theOwnerOfAFreshRoomIsLetInAgainAndNobodyElse() {
    // Given
    RoomScope room = grant(decide(app(), ALICE, null, null)).room();
    Caller bob = caller("bob", Set.of(Role.PARTICIPANT));
    Caller otherAlice =
        new Caller(
            "partner",
            "https://partner.example.com",
            "alice",
            Optional.of(new UserId("alice")),
            Set.of(Role.PARTICIPANT),
            List.of(),
            Instant.MAX);

    // Then
    assertThat(room.tokenRoomId()).hasSize(46).startsWith("r-");
    assertThat(grant(decide(app(), ALICE, room, null)).room()).isEqualTo(room);
    assertRefused(decide(app(), bob, room, null), Code.ROOM_NOT_ALLOWED);
    assertRefused(decide(app(), otherAlice, room, null), Code.ROOM_NOT_ALLOWED);
  }

  @Test
  void aFreshRoomOutlivesOneRotationOfTheAppKey() {
    // Given
    RoomScope room = grant(decide(app(), ALICE, null, null)).room();
    Set<Privilege> all = Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE);

    // Then
    assertThat(grant(decide(app(new AppKeys(NEXT_KEY, KEY), all), ALICE, room, null)).room())
        .isEqualTo(room);
    assertRefused(
        decide(app(new AppKeys(NEXT_KEY, null), all), ALICE, room, null), Code.ROOM_NOT_ALLOWED);
  }

  @Test
  void aTouchedFreshRoomIsNobodys() {
    // Given
    String room = grant(decide(app(), ALICE, null, null)).room().tokenRoomId();
    String touched = room.substring(0, 45) + (room.endsWith("A") ? "B" : "A");

    // Then
    assertRefused(
        decide(app(), ALICE, new RoomScope.OneRoom(new RoomId(touched)), null),
        Code.ROOM_NOT_ALLOWED);
  }

  @Test
  void freshRoomsCanBeSwitchedOff() {
    // Given
    RoomScope room = grant(decide(app(), ALICE, null, null)).room();
    Policy without = policy(false);

    // Then
    assertRefused(
        without.decide(request(app(), ALICE, null, null, null, null)), Code.ROOM_NOT_ALLOWED);
    assertRefused(
        without.decide(request(app(), ALICE, room, null, null, null)), Code.ROOM_NOT_ALLOWED);
  }

  private static final App NARROW =
      app(new AppKeys(KEY, null), Set.of(Privilege.PUBLISH_AUDIO, Privilege.SUBSCRIBE), "lobby-*");
  private static final App WIDE =
      app(new AppKeys(NEXT_KEY, null), Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE));
  private static final App PARTNERS =
      new App(
          "partners",
          new AppId("123456781234567812345678"),
          new AppKeys(KEY, null),
          Duration.ofMinutes(2),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE),
          Set.of(Privilege.SUBSCRIBE),
          List.of(new RoomPattern("*")),
          Set.of("partner"));

  @Provide
  Arbitrary<App> apps() {
    return Arbitraries.of(NARROW, WIDE, PARTNERS);
  }

  /** Rooms of every kind: her claim's, open ones, fresh ones of hers and of others, any. */
  @Provide
  Arbitrary<Optional<String>> rooms() {
    return Arbitraries.oneOf(
            Arbitraries.of("demo-1", "lobby-1", "*", "demo", "Demo-1", "xdemo-1", "prod-1"),
            Arbitraries.of(hers(), othersRoom()),
            Arbitraries.strings().withChars("demo-lby*r").ofMinLength(1).ofMaxLength(12))
        .filter(room -> room.equals("*") || !room.contains("*"))
        .optional();
  }

  @Provide
  Arbitrary<Optional<String>> users() {
    return Arbitraries.oneOf(
            Arbitraries.of("alice", "Alice", "alice.", "bob", "agent-1"),
            Arbitraries.strings().withChars("alice").ofMinLength(1).ofMaxLength(6))
        .optional();
  }

  private String hers() {
    return grant(decide(NARROW, ALICE, null, null)).room().tokenRoomId();
  }

  private String othersRoom() {
    return grant(decide(NARROW, caller("bob", Set.of(Role.PARTICIPANT)), null, null))
        .room()
        .tokenRoomId();
  }

  /** What the settings above say, and nothing else. */
  private boolean isHers(App app, String room) {
    return room.startsWith("demo-")
        || (app.equals(NARROW) && (room.startsWith("lobby-") || room.equals(hers())));
  }

  @Property(tries = 2000)
  void nothingThatAParticipantWritesWidensItsRights(
      @ForAll("apps") App app,
      @ForAll("rooms") Optional<String> room,
      @ForAll("users") Optional<String> user,
      @ForAll Set<Privilege> privileges,
      @ForAll boolean withPrivileges,
      @ForAll @LongRange(min = -10, max = 20_000) long ttlSeconds) {
    // Given: alice, a participant of "main" who may enter demo-*
    TokenRequest request =
        request(
            app,
            ALICE,
            room.map(RoomScope::parse).orElse(null),
            user.orElse(null),
            withPrivileges ? privileges : null,
            Duration.ofSeconds(ttlSeconds));
    Set<Integer> most = app.equals(NARROW) ? Set.of(1, 4) : Set.of(0, 1, 2, 3, 4);

    // When
    Decision decision = policy.decide(request);

    // Then: exactly what she may have is granted
    boolean may =
        !app.equals(PARTNERS)
            && room.map(name -> isHers(app, name)).orElse(true)
            && user.map("alice"::equals).orElse(true)
            && (!withPrivileges || most.containsAll(numbers(privileges)))
            && ttlSeconds >= 120;
    assertThat(decision instanceof Decision.Allowed).isEqualTo(may);
    if (decision instanceof Decision.Allowed allowed) {
      assertIsHers(app, issued(app, allowed), most, ttlSeconds);
      if (withPrivileges && !privileges.contains(Privilege.PUBLISH)) {
        assertThat(issued(app, allowed).privileges().keySet()).isEqualTo(numbers(privileges));
      }
    }
  }

  /** The token as its bytes say it. */
  private static AccessToken issued(App app, Decision.Allowed allowed) {
    Clock clock = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
    String text =
        new TokenIssuer(clock, () -> 7)
            .issue(app.id(), app.keys().current(), allowed.grant())
            .text();
    Verification verification = new TokenVerifier(clock).verify(text, app.keys().current());
    assertThat(verification).isInstanceOf(Verification.Valid.class);
    return ((Verification.Valid) verification).token();
  }

  private void assertIsHers(App app, AccessToken token, Set<Integer> most, long ttlSeconds) {
    long end = Instant.parse("2026-01-01T12:00:00Z").getEpochSecond() + Math.min(7_200, ttlSeconds);
    assertThat(token.appId()).isEqualTo(app.id());
    assertThat(token.userId()).isEqualTo("alice");
    assertThat(isHers(app, token.roomId()) || token.roomId().startsWith("r-")).isTrue();
    assertThat(most).containsAll(token.privileges().keySet());
    assertThat(token.expiry().epochSeconds()).isEqualTo(end);
    assertThat(token.privileges().values())
        .allSatisfy(expiry -> assertThat(expiry.epochSeconds()).isEqualTo(end));
  }

  private static Set<Integer> numbers(Set<Privilege> privileges) {
    return privileges.stream().map(Privilege::number).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource({
    "demo-*, demo-1, true",
    "demo-*, demo-, true",
    "demo-*, demo, false",
    "demo-*, xdemo-1, false",
    "*, anything, true",
    "*-eu, room-eu, true",
    "*-eu, room-us, false",
    "a*b*c, aXXbYYc, true",
    "a*b*c, abc, true",
    "a*b*c, acb, false",
    "a**c, abc, true",
    "demo, demo, true",
    "demo, demo1, false",
    "demo, Demo, false",
    "d.mo, demo, false",
    "d?mo, demo, false"
  })
  void aPatternMatchesWholeRoomIds(String pattern, String room, boolean matches) {
    assertThat(new RoomPattern(pattern).matches(new RoomId(room))).isEqualTo(matches);
  }
}
