package dev.parley.token.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.AppKey;
import dev.parley.token.Grant;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.app.AppKeys;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.Decision.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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

  @Property(tries = 500)
  void nothingThatAParticipantWritesWidensItsRights(
      @ForAll boolean everyRoom,
      @ForAll boolean otherUser,
      @ForAll Set<Privilege> privileges,
      @ForAll long ttlSeconds) {
    // Given: a caller who may enter demo-*, in an app that grants audio and subscribe
    App narrow = app(new AppKeys(KEY, null), Set.of(Privilege.PUBLISH_AUDIO, Privilege.SUBSCRIBE));
    TokenRequest request =
        request(
            narrow,
            ALICE,
            everyRoom ? new RoomScope.EveryRoom() : DEMO,
            otherUser ? "bob" : null,
            privileges,
            Duration.ofSeconds(ttlSeconds));

    // When
    Decision decision = policy.decide(request);

    // Then
    if (decision instanceof Decision.Allowed allowed) {
      assertThat(everyRoom || otherUser).isFalse();
      assertThat(EnumSet.of(Privilege.PUBLISH_AUDIO, Privilege.SUBSCRIBE))
          .containsAll(allowed.grant().privileges());
      assertThat(allowed.grant().privileges()).isEqualTo(privileges);
      assertThat(allowed.grant().ttl()).isBetween(Duration.ofMinutes(2), Duration.ofHours(2));
    }
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
