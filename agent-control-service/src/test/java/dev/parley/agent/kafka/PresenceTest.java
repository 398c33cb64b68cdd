package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.AGENT;
import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final RoomKey KEY = new RoomKey(APP, ROOM);
  private static final long AT = NOW.toEpochMilli();

  private final Presence presence = new Presence();

  private void opened() {
    presence.note(new RoomOpened(APP, ROOM, AT, Evidence.CLOUD));
  }

  private void joined(UserId user) {
    presence.note(new UserJoined(APP, ROOM, AT, Evidence.CLOUD, user));
  }

  private void left(LeaveReason reason) {
    presence.note(new UserLeft(APP, ROOM, AT, Evidence.CLOUD, TARGET, reason));
  }

  @Test
  void knowsWhoHasNotComeToARoomFromItsBeginning() {
    // When
    opened();
    joined(AGENT);

    // Then
    assertThat(presence.absent(KEY, TARGET)).isTrue();
    assertThat(presence.absent(KEY, AGENT)).isFalse();
  }

  @Test
  void knowsNothingOfARoomWhoseBeginningItMissed() {
    // When
    joined(AGENT);

    // Then
    assertThat(presence.absent(KEY, TARGET)).isFalse();
  }

  @Test
  void knowsARoomByItsState() {
    // When
    presence.note(
        new RoomState(
            APP,
            ROOM,
            AT,
            true,
            AT,
            List.of(new RoomState.User(AGENT, AT, List.of(), false, false)),
            List.of()));

    // Then
    assertThat(presence.absent(KEY, TARGET)).isTrue();
    assertThat(presence.absent(KEY, AGENT)).isFalse();
  }

  @Test
  void whoeverIsOutOfSightIsThere() {
    // Given
    opened();
    joined(TARGET);

    // When
    left(LeaveReason.BECAME_INVISIBLE);

    // Then
    assertThat(presence.absent(KEY, TARGET)).isFalse();
  }

  @Test
  void whoeverLeftIsAbsentUntilTheRoomIsOver() {
    // Given
    opened();
    joined(TARGET);
    left(LeaveReason.QUIT);
    assertThat(presence.absent(KEY, TARGET)).isTrue();

    // When
    presence.note(new RoomClosed(APP, ROOM, AT, Evidence.CLOUD, CloseReason.EMPTY));

    // Then
    assertThat(presence.absent(KEY, TARGET)).isFalse();
  }

  @Test
  void knowsNothingOfACrowd() {
    // Given
    opened();

    // When
    for (int i = 0; i <= 200; i++) {
      joined(new UserId("guest-" + i));
    }

    // Then
    assertThat(presence.absent(KEY, TARGET)).isFalse();
  }
}
