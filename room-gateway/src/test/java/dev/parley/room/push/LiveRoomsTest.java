package dev.parley.room.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.RoomState;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.Rooms;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveRoomsTest {
  private static final AppId OTHER_APP = new AppId("123456781234567812345679");
  private static final Session ANALYST = new Session(Rooms.APP, null, "analyst-1", Role.ANALYST);

  private final LiveRooms rooms = new LiveRooms();

  private static RoomState state(AppId app, String room, boolean open) {
    return new RoomState(app, new RoomId(room), Rooms.T0, open, Rooms.T0, List.of(), List.of());
  }

  private void take(AppId app, String room, boolean open) {
    rooms.take(app + ":" + room, state(app, room, open));
  }

  private static Session participant(AppId app, String room) {
    return new Session(app, new RoomId(room), "alice", Role.PARTICIPANT);
  }

  private List<String> seen(
      Session who, @Nullable Boolean open, String prefix, String after, int limit) {
    return rooms.visible(who, open, prefix, after, limit).stream()
        .map(room -> room.appId() + ":" + room.roomId())
        .map(key -> key.replace(Rooms.APP + ":", ""))
        .toList();
  }

  @BeforeEach
  void threeOpenOneOverAndOneOfAnotherApplication() {
    for (String room : List.of("a-1", "b-1", "b-2")) {
      take(Rooms.APP, room, true);
    }
    take(Rooms.APP, "b-3", false);
    take(OTHER_APP, "b-1", true);
  }

  @Test
  void anAnalystSeesTheRoomsOfItsApplicationAlone() {
    assertThat(seen(ANALYST, null, "", "", 10)).containsExactly("a-1", "b-1", "b-2", "b-3");
    assertThat(seen(ANALYST, true, "", "", 10)).containsExactly("a-1", "b-1", "b-2");
    assertThat(seen(ANALYST, false, "", "", 10)).containsExactly("b-3");
  }

  @Test
  void aParticipantSeesItsOwnRoomAlone() {
    Session own = participant(Rooms.APP, "b-1");

    assertThat(seen(own, true, "", "", 10)).containsExactly("b-1");
    assertThat(seen(own, null, "b-", "a-9", 10)).containsExactly("b-1");
    assertThat(seen(own, false, "", "", 10)).isEmpty();
    assertThat(seen(own, true, "a-", "", 10)).isEmpty();
    assertThat(seen(own, true, "", "b-1", 10)).isEmpty();
    assertThat(seen(participant(Rooms.APP, "c-1"), null, "", "", 10)).isEmpty();
    assertThat(seen(participant(OTHER_APP, "b-1"), null, "", "", 10))
        .containsExactly(OTHER_APP + ":b-1");
  }

  @Test
  void pagesBeginAfterTheRoomBeforeAndStayWithinThePrefix() {
    assertThat(seen(ANALYST, null, "b-", "", 2)).containsExactly("b-1", "b-2");
    assertThat(seen(ANALYST, null, "b-", "b-2", 2)).containsExactly("b-3");
    assertThat(seen(ANALYST, null, "b-", "b-3", 2)).isEmpty();
    assertThat(seen(ANALYST, null, "a-", "b-1", 2)).isEmpty();
    assertThat(seen(ANALYST, null, "b-", "a-1", 1)).containsExactly("b-1");
  }

  @Test
  void aRoomThatEndsOpensAgainOrIsForgottenIsInOneListOrNone() {
    // When
    take(Rooms.APP, "b-1", false);
    take(Rooms.APP, "b-3", true);
    rooms.take(Rooms.APP + ":b-2", null);

    // Then
    assertThat(seen(ANALYST, true, "", "", 10)).containsExactly("a-1", "b-3");
    assertThat(seen(ANALYST, false, "", "", 10)).containsExactly("b-1");
    assertThat(seen(ANALYST, null, "", "", 10)).containsExactly("a-1", "b-1", "b-3");
    assertThat(rooms.of(new RoomKey(Rooms.APP, new RoomId("b-2")))).isEmpty();
  }

  @Test
  void looksAtNoRoomThatWasNotAskedFor() {
    // Given: where nobody may come, one that would do
    rooms.take(Rooms.APP + ":a-0", state(Rooms.APP, "b-0", true));
    rooms.take(Rooms.APP + ":z-9", state(Rooms.APP, "b-9", true));

    // When, Then
    assertThat(seen(ANALYST, true, "b-", "", 10)).containsExactly("b-1", "b-2");
    assertThat(seen(participant(Rooms.APP, "b-9"), true, "", "", 10)).isEmpty();
  }

  @Test
  void theNewestStateOfARoomCounts() {
    // Given
    RoomState later =
        new RoomState(
            Rooms.APP, new RoomId("a-1"), Rooms.T0 + 1, true, Rooms.T0, List.of(), List.of());

    // When
    rooms.take(Rooms.APP + ":a-1", later);

    // Then
    assertThat(rooms.of(new RoomKey(Rooms.APP, new RoomId("a-1")))).contains(later);
    assertThat(rooms.visible(ANALYST, true, "a-", "", 10)).containsExactly(later);
  }
}
