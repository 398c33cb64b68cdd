package dev.parley.agent.kafka;

import static dev.parley.agent.Samples.APP;
import static dev.parley.agent.Samples.NOW;
import static dev.parley.agent.Samples.ROOM;
import static dev.parley.agent.Samples.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.id.RoomKey;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  private static final RoomKey KEY = new RoomKey(APP, ROOM);
  private static final long AT = NOW.toEpochMilli();

  private final Departures departures = new Departures();

  private void left(LeaveReason reason) {
    departures.note(new UserLeft(APP, ROOM, AT, Evidence.CLOUD, TARGET, reason));
  }

  @Test
  void knowsWhoLeftSinceThen() {
    // When
    left(LeaveReason.QUIT);

    // Then
    assertThat(departures.leftSince(KEY, TARGET, NOW)).isTrue();
    assertThat(departures.leftSince(KEY, TARGET, NOW.plusMillis(1))).isFalse();
  }

  @Test
  void whoeverCameBackIsThere() {
    // Given
    left(LeaveReason.CONNECTION_LOST);

    // When
    departures.note(new UserJoined(APP, ROOM, AT + 1, Evidence.CLOUD, TARGET));

    // Then
    assertThat(departures.leftSince(KEY, TARGET, NOW)).isFalse();
  }

  @Test
  void whoeverIsOnlyOutOfSightIsThere() {
    // When
    left(LeaveReason.BECAME_INVISIBLE);

    // Then
    assertThat(departures.leftSince(KEY, TARGET, NOW)).isFalse();
  }

  @Test
  void nobodyIsInARoomThatClosed() {
    // When
    departures.note(new RoomClosed(APP, ROOM, AT, Evidence.CLOUD, CloseReason.EMPTY));

    // Then
    assertThat(departures.leftSince(KEY, TARGET, NOW)).isTrue();
  }
}
