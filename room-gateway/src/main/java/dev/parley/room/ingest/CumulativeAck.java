package dev.parley.room.ingest;

/**
 * Acknowledges to a client, cumulatively: one frame for all that Kafka acknowledged in the
 * meantime, and while the client does not read, one that waits for all those it would be sent. Runs
 * on the connection's event loop.
 */
final class CumulativeAck {
  private final RelayLink link;
  private final Runnable send;
  private boolean scheduled;
  private boolean waiting;

  /**
   * Nothing to acknowledge yet.
   *
   * @param send sends the acknowledgement, if the connection still wants to
   */
  CumulativeAck(RelayLink link, Runnable send) {
    this.link = link;
    this.send = send;
  }

  /** True while there is something that the client has not been told. */
  boolean owed() {
    return scheduled || waiting;
  }

  /** There is something to tell. */
  void owe() {
    if (!scheduled) {
      scheduled = true;
      link.run(
          () -> {
            scheduled = false;
            tell();
          });
    }
  }

  /** The client reads again. */
  void writable() {
    if (waiting) {
      tell();
    }
  }

  private void tell() {
    waiting = link.full();
    if (!waiting) {
      send.run();
    }
  }
}
