package dev.parley.room.ingest;

import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;

/**
 * Who is at the other end of a relay connection, once that is verified.
 *
 * @param openedMillis when they said hello
 * @param taker takes in their reports
 */
record RelayMember(
    RoomKey room,
    UserId userId,
    ClientId clientId,
    String connectionId,
    long openedMillis,
    ReportTaker taker) {

  /** That the connection is there; the same however often it is told. */
  Draft opened() {
    return new Draft(
        new RelayOpened(room.appId(), room.roomId(), openedMillis, userId, clientId, connectionId),
        EventIds.derived("relay-opened", connectionId));
  }

  /** That it has ended. */
  Draft closed(long atMillis, boolean clean) {
    return new Draft(
        new RelayClosed(
            room.appId(), room.roomId(), atMillis, userId, clientId, connectionId, clean),
        EventIds.derived("relay-closed", connectionId));
  }
}
