package dev.parley.room.http;

import dev.parley.room.config.RoomConfig;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Ends relays and streams before the HTTP server stops, which would close their sockets as if all
 * had been said (1000) and cut off the answers that are under way.
 */
@ApplicationScoped
public class GatewayStop {
  private static final Logger LOG = Logger.getLogger(GatewayStop.class);

  /** What clients have for reading the last word and closing their side. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final RelaySocket relays;
  private final StreamDesk streams;
  private final Duration patience;

  @Inject
  GatewayStop(RelaySocket relays, StreamDesk streams, RoomConfig config) {
    this.relays = relays;
    this.streams = streams;
    this.patience = config.relay().drainTimeout().plus(CLOSING);
  }

  // ShutdownEvent is too late: Quarkus stops the HTTP server before it.
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    OpenConnections relaying = relays.connections();
    OpenConnections listening = streams.connections();
    relaying.stop();
    listening.stop();
    try {
      long began = System.nanoTime();
      boolean gone = relaying.awaitAllLeft(patience);
      gone &= listening.awaitAllLeft(patience.minusNanos(System.nanoTime() - began));
      if (!gone) {
        LOG.infof(
            "stopping without the goodbye of relays=%d streams=%d",
            relaying.count(), listening.count());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
