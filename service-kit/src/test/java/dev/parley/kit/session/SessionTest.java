package dev.parley.kit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.problem.ProblemException;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final AppId OTHER_APP = new AppId("876543218765432187654321");
  private static final RoomKey ROOM = new RoomKey(APP, new RoomId("r1"));

  @Test
  void aParticipantEntersItsOwnRoomOnly() {
    Session session = new Session(APP, new RoomId("r1"), "alice", Role.PARTICIPANT);
    assertThat(session.mayEnter(ROOM)).isTrue();
    assertThat(session.mayEnter(new RoomKey(APP, new RoomId("r2")))).isFalse();
    assertThat(session.mayEnter(new RoomKey(OTHER_APP, new RoomId("r1")))).isFalse();
  }

  @Test
  void anOperatorEntersEveryRoomOfItsAppOnly() {
    Session session = new Session(APP, null, "ops", Role.OPERATOR);
    assertThat(session.mayEnter(new RoomKey(APP, new RoomId("r2")))).isTrue();
    assertThat(session.mayEnter(new RoomKey(OTHER_APP, new RoomId("r1")))).isFalse();
  }

  @Test
  void theRefusalSaysHowToMendIt() {
    Session session = new Session(APP, new RoomId("r2"), "alice", Role.PARTICIPANT);
    assertThatThrownBy(() -> session.requireRoom(ROOM))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(403);
              assertThat(e.problem().code()).isEqualTo("room_not_allowed");
            });
  }

  @Test
  void aParticipantWithoutARoomIsNoSession() {
    assertThatThrownBy(() -> new Session(APP, null, "alice", Role.PARTICIPANT))
        .hasMessage("a participant's session names its room");
  }
}
