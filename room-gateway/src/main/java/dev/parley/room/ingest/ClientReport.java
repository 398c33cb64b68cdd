package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.Direction;
import dev.parley.events.id.UserId;

/** One thing that a client saw, before it is known when that was. */
public sealed interface ClientReport {
  /** Position among all of the client's reports, from 1 upwards. */
  long sequence();

  /** The client's own clock. */
  long clientTimeMillis();

  /**
   * An event of the Web SDK.
   *
   * @param mostBytes the arguments as JSON have no more bytes than that
   */
  record SdkEvent(
      long sequence, long clientTimeMillis, String name, ArrayNode arguments, long mostBytes)
      implements ClientReport {}

  /** A binary message that the client received or sent. */
  record BinaryMessage(
      long sequence, long clientTimeMillis, Direction direction, UserId peerUserId, Bytes frame)
      implements ClientReport {}
}
