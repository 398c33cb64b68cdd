package dev.parley.simulator.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.App;
import dev.parley.simulator.ManualTime;
import dev.parley.simulator.TestTokens;
import dev.parley.simulator.frame.FrameCodec;
import dev.parley.simulator.room.BinaryMessage;
import dev.parley.simulator.room.LeaveCause;
import dev.parley.simulator.room.MediaType;
import dev.parley.simulator.room.Presence;
import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.RoomObserver;
import dev.parley.simulator.room.Rooms;
import dev.parley.simulator.room.SdkEvent;
import dev.parley.simulator.token.TokenVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClientSessionTest {

  private static final String APP = "5a6b7c8d9e0f1a2b3c4d5e6f";
  private static final String KEY = "app-key";
  private static final RoomKey ROOM = new RoomKey(APP, "room");
  private static final int[] ALL = {0, 1, 2, 3, 4};

  private final ManualTime time = new ManualTime("2026-01-01T00:00:00Z");
  private final List<String> observed = new ArrayList<>();
  private final Rooms rooms = new Rooms(time, new Observer(), 2, 3);

  @Test
  void tellsEachOfTheOthersAndNobodyOfThemselves() {
    // Given
    FakeLink ann = new FakeLink();
    FakeLink bob = new FakeLink();
    ClientSession annSession = join(ann, "ann");
    annSession.handle(new ClientCommand.StartAudioCapture());
    annSession.handle(new ClientCommand.PublishStream(MediaType.AUDIO));
    // When
    ClientSession bobSession = join(bob, "bob");
    bobSession.handle(new ClientCommand.PublishStream(MediaType.AUDIO_AND_VIDEO));
    annSession.handle(new ClientCommand.UnpublishStream(MediaType.AUDIO));
    annSession.handle(new ClientCommand.StopAudioCapture());
    bobSession.handle(new ClientCommand.Leave());
    // Then
    assertThat(bob.told)
        .containsExactly(
            new FakeLink.Joined(ROOM, "bob"),
            new SdkEvent.UserJoined("ann", null, true, false),
            new SdkEvent.UserStartAudioCapture("ann"),
            new SdkEvent.UserPublishStream("ann", MediaType.AUDIO),
            new SdkEvent.UserUnpublishStream("ann", MediaType.AUDIO, 0),
            new SdkEvent.UserStopAudioCapture("ann"));
    assertThat(ann.told)
        .containsExactly(
            new FakeLink.Joined(ROOM, "ann"),
            new SdkEvent.UserJoined("bob", null, false, false),
            new SdkEvent.UserPublishStream("bob", MediaType.AUDIO_AND_VIDEO),
            new SdkEvent.UserUnpublishStream("bob", MediaType.AUDIO_AND_VIDEO, 0),
            new SdkEvent.UserLeave("bob", null, LeaveCause.USER_LEAVE));
    assertThat(bob.closed).isTrue();
  }

  @Test
  void sayingNothingTwiceChangesNothing() {
    // Given
    FakeLink ann = new FakeLink();
    FakeLink bob = new FakeLink();
    ClientSession annSession = join(ann, "ann");
    join(bob, "bob");
    bob.told.clear();
    // When
    annSession.handle(new ClientCommand.PublishStream(MediaType.AUDIO));
    annSession.handle(new ClientCommand.PublishStream(MediaType.AUDIO));
    annSession.handle(new ClientCommand.StopAudioCapture());
    // Then
    assertThat(bob.told).containsExactly(new SdkEvent.UserPublishStream("ann", MediaType.AUDIO));
  }

  @Test
  void takesABrokenConnectionForAnAbruptLeave() {
    // Given
    FakeLink ann = new FakeLink();
    ClientSession annSession = join(ann, "ann");
    annSession.handle(new ClientCommand.PublishStream(MediaType.AUDIO));
    FakeLink bob = new FakeLink();
    ClientSession bobSession = join(bob, "bob");
    bob.told.clear();
    // When
    annSession.closed();
    time.pass(Duration.ofSeconds(5));
    bobSession.handle(new ClientCommand.Leave());
    bobSession.closed();
    // Then
    assertThat(bob.told)
        .containsExactly(
            new SdkEvent.UserUnpublishStream("ann", MediaType.AUDIO, 3),
            new SdkEvent.UserLeave("ann", null, LeaveCause.CONNECTION_LOST));
    assertThat(observed)
        .containsExactly(
            "ann joined", "bob joined", "ann CONNECTION_LOST 0", "bob USER_LEAVE 5", "destroyed");
    assertThat(rooms.all()).isEmpty();
  }

  @Test
  void putsTheEarlierConnectionOfAUserOut() {
    // Given
    FakeLink earlier = new FakeLink();
    ClientSession earlierSession = join(earlier, "ann");
    FakeLink later = new FakeLink();
    // When
    join(later, "ann");
    earlierSession.closed();
    // Then
    assertThat(earlier.told).endsWith(new SdkEvent.Failed("DUPLICATE_LOGIN"));
    assertThat(earlier.closed).isTrue();
    assertThat(later.told).containsExactly(new FakeLink.Joined(ROOM, "ann"));
    assertThat(rooms.find(ROOM)).hasValueSatisfying(room -> assertThat(room.users()).hasSize(1));
    assertThat(observed).containsExactly("ann joined", "ann DUPLICATE_LOGIN 0", "ann joined");
  }

  @Test
  void refusesTokensThatDoNotFit() {
    // Given
    long soon = time.instant().getEpochSecond() + 60;
    String valid = TestTokens.issue(APP, KEY, "room", "ann", soon, ALL);
    String expired =
        TestTokens.issue(APP, KEY, "room", "ann", time.instant().getEpochSecond() - 1, ALL);
    // When // Then
    assertThat(refusal(APP, "room", "bob", valid)).isEqualTo("INVALID_TOKEN");
    assertThat(refusal(APP, "other", "ann", valid)).isEqualTo("INVALID_TOKEN");
    assertThat(refusal("unknown", "room", "ann", valid)).isEqualTo("INVALID_TOKEN");
    assertThat(refusal(APP, "room", "ann", valid.replace(APP, "f".repeat(24))))
        .isEqualTo("INVALID_TOKEN");
    assertThat(
            refusal(APP, "room", "ann", TestTokens.issue(APP, "other", "room", "ann", soon, ALL)))
        .isEqualTo("INVALID_TOKEN");
    assertThat(refusal(APP, "room", "ann", "nonsense")).isEqualTo("INVALID_TOKEN");
    assertThat(refusal(APP, "room", "ann", expired)).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void warnsOfTheExpiryPutsOutAndTakesARenewal() {
    // Given
    long expireAt = time.instant().getEpochSecond() + 60;
    FakeLink ann = new FakeLink();
    session(ann).handle(join("ann", TestTokens.issue(APP, KEY, "room", "ann", expireAt, ALL)));
    FakeLink bob = new FakeLink();
    ClientSession bobSession = session(bob);
    bobSession.handle(join("bob", TestTokens.issue(APP, KEY, "*", "bob", expireAt, ALL)));
    ann.told.clear();
    bob.told.clear();
    // When
    time.pass(Duration.ofSeconds(31));
    bobSession.handle(
        new ClientCommand.UpdateToken(
            TestTokens.issue(APP, KEY, "room", "bob", expireAt + 600, ALL)));
    time.pass(Duration.ofSeconds(30));
    // Then
    assertThat(ann.told)
        .containsExactly(new SdkEvent.TokenWillExpire(), new SdkEvent.Failed("TOKEN_EXPIRED"));
    assertThat(ann.closed).isTrue();
    assertThat(bob.told)
        .containsExactly(
            new SdkEvent.TokenWillExpire(),
            new SdkEvent.UserLeave("ann", null, LeaveCause.TOKEN_EXPIRED));
    assertThat(bob.closed).isFalse();
  }

  @Test
  void publishesOnlyWithThePrivilege() {
    // Given
    FakeLink ann = new FakeLink();
    ClientSession session = session(ann);
    session.handle(join("ann", TestTokens.issue(APP, KEY, "room", "ann", 0, 1, 4)));
    // When
    session.handle(new ClientCommand.PublishStream(MediaType.VIDEO));
    session.handle(new ClientCommand.PublishStream(MediaType.AUDIO));
    // Then
    assertThat(ann.told).containsExactly(new FakeLink.Joined(ROOM, "ann"), "NO_PUBLISH_PERMISSION");
    assertThat(rooms.find(ROOM).flatMap(room -> room.user("ann")))
        .hasValueSatisfying(
            user -> {
              assertThat(user.audio()).isTrue();
              assertThat(user.video()).isFalse();
            });
  }

  @Test
  void isHeardOnlyWithAPublishedMicrophone() {
    // Given
    FakeLink ann = new FakeLink();
    ClientSession session = join(ann, "ann");
    // When
    session.handle(new ClientCommand.Say("hello"));
    // Then
    assertThat(ann.told).endsWith("NOT_PUBLISHED");
  }

  @Test
  void deliversAMessageToOneUser() {
    // Given
    FakeLink ann = new FakeLink();
    ClientSession session = join(ann, "ann");
    FakeLink bob = new FakeLink();
    join(bob, "bob");
    ann.told.clear();
    BinaryMessage message = BinaryMessage.of(new byte[] {1, 2, 3});
    BinaryMessage tooLong = BinaryMessage.of(new byte[FrameCodec.MAX_UPLINK + 1]);
    // When
    session.handle(new ClientCommand.SendUserBinaryMessage("bob", message));
    session.handle(new ClientCommand.SendUserBinaryMessage("nobody", message));
    session.handle(new ClientCommand.SendUserBinaryMessage("bob", tooLong));
    // Then
    assertThat(bob.told).endsWith(new SdkEvent.UserBinaryMessageReceived("ann", message));
    assertThat(ann.told).containsExactly("INVALID_PARAMS", "INVALID_PARAMS");
  }

  @Test
  void joinsFirstOnceAndInTime() {
    // Given
    FakeLink hasty = new FakeLink();
    FakeLink slow = new FakeLink();
    ClientSession hastySession = session(hasty);
    session(slow);
    // When
    hastySession.handle(new ClientCommand.StartAudioCapture());
    hastySession.handle(join("ann", token("ann")));
    hastySession.handle(join("ann", token("ann")));
    time.pass(Duration.ofSeconds(10));
    // Then
    assertThat(hasty.told)
        .containsExactly("NOT_CONNECTED_YET", new FakeLink.Joined(ROOM, "ann"), "REPEAT_JOIN");
    assertThat(hasty.closed).isFalse();
    assertThat(slow.told).containsExactly("JOIN_ROOM_FAILED");
    assertThat(slow.closed).isTrue();
  }

  @Test
  void isBounded() {
    // Given
    join(new FakeLink(), "one");
    join(new FakeLink(), "two");
    join(new FakeLink(), "three");
    FakeLink fourth = new FakeLink();
    // When
    session(fourth).handle(join("four", token("four")));
    // Then
    assertThat(fourth.told).containsExactly("JOIN_ROOM_FAILED");
    assertThat(observed).containsExactly("one joined", "two joined", "three joined");
  }

  private Object refusal(String app, String room, String user, String token) {
    FakeLink link = new FakeLink();
    session(link).handle(new ClientCommand.Join(app, room, user, token, null));
    assertThat(link.told).hasSize(1);
    assertThat(rooms.all()).isEmpty();
    return link.told.get(0);
  }

  private ClientSession join(FakeLink link, String user) {
    ClientSession session = session(link);
    session.handle(join(user, token(user)));
    return session;
  }

  private static String token(String user) {
    return TestTokens.issue(APP, KEY, "room", user, 0, ALL);
  }

  private static ClientCommand.Join join(String user, String token) {
    return new ClientCommand.Join(APP, "room", user, token, null);
  }

  private ClientSession session(FakeLink link) {
    App app = new App(APP, KEY, null, "", Set.of("2024-12-01"));
    return new ClientSession(
        Map.of(APP, app), rooms, new TokenVerifier(time), time, time, Duration.ofSeconds(10), link);
  }

  private final class Observer implements RoomObserver {

    @Override
    public void joined(RoomKey room, Presence user) {
      observed.add(user.userId() + " joined");
    }

    @Override
    public void left(RoomKey room, Presence user, LeaveCause cause, Duration stay) {
      observed.add(user.userId() + " " + cause + " " + stay.toSeconds());
    }

    @Override
    public void destroyed(RoomKey room) {
      observed.add("destroyed");
    }
  }
}
